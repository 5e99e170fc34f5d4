package dev.tailrace.benchmarks;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Who of all takes part in a run. */
final class WhoOptions {

  @Option(
      names = "--only",
      split = ",",
      description = "who takes part, such as a,c; all when it is not there")
  private Set<String> only = Set.of();

  /**
   * Those of them that were chosen.
   *
   * @throws ParameterException for one that is not among them
   */
  <P extends Participant> List<P> of(List<P> all, CommandSpec command) {
    List<String> keys = all.stream().map(Participant::key).toList();
    Stream<String> unknown = only.stream().filter(key -> !keys.contains(key));
    unknown
        .findFirst()
        .ifPresent(
            key -> {
              throw new ParameterException(
                  command.commandLine(),
                  "nobody is called '" + key + "'; there are " + String.join(", ", keys));
            });
    return all.stream().filter(each -> only.isEmpty() || only.contains(each.key())).toList();
  }
}
