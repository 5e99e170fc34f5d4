package dev.tailrace.contracts.service;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A configuration that can't be started with; the message lists every problem, a line each, and no
 * secret.
 */
public final class ConfigurationException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** A line for each problem: what it is about, and what is wrong with that. */
  public ConfigurationException(String service, List<Map.Entry<String, String>> problems) {
    super(message(service, problems));
  }

  private static String message(String service, List<Map.Entry<String, String>> problems) {
    int width = problems.stream().mapToInt(p -> p.getKey().length()).max().orElse(0);
    return problems.stream()
        .map(
            p ->
                "  %s  %s"
                    .formatted(p.getKey() + " ".repeat(width - p.getKey().length()), p.getValue()))
        .collect(
            Collectors.joining(
                "\n",
                "%s can't start, %s in its configuration:%n"
                    .formatted(
                        service,
                        problems.size() == 1 ? "1 problem" : problems.size() + " problems"),
                ""));
  }
}
