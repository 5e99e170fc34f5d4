package dev.tailrace.consumers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.effects.ConsumerDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The catalogue of consumers that is checked in is that of the applications; {@code ./tailrace
 * generate} writes it anew.
 */
class GeneratedConsumersTest {

  private static final Path FILE = Path.of("../infra/docs/consumers.md");

  private static final String BEGIN =
      """
      # The consumers

      What follows from which event. Made by `./tailrace generate` from the applications that `ConsumersMain` can start: change it there.

      Effects of one lane run one after another; lanes do not wait for each other. A lane is the event's aggregate, unless the consumer brings a function of its own.
      """;

  private static final String HEAD =
      """

      | consumer | follows from | lane | tried again after | cut off after | beside |
      |---|---|---|---|---|---|
      """;

  @Test
  void theFileIsThatOfTheApplications() throws IOException {
    String catalogue = BEGIN + applications();
    if (Boolean.getBoolean("tailrace.generate")) {
      Files.writeString(FILE, catalogue);
    }
    assertThat(FILE).as("run ./tailrace generate").exists();
    assertThat(Files.readString(FILE))
        .as("%s is stale: run ./tailrace generate", FILE)
        .isEqualTo(catalogue);
  }

  private static String applications() {
    return ConsumersMain.APPLICATIONS.entrySet().stream()
        .map(entry -> application(entry.getKey(), entry.getValue()))
        .collect(Collectors.joining());
  }

  private static String application(String name, ConsumerApplication application) {
    List<ConsumerDescription> consumers = application.consumers().get();
    String table =
        consumers.stream().map(GeneratedConsumersTest::row).collect(Collectors.joining());
    return "\n## %s\n\n%s\n".formatted(name, application.about())
        + (consumers.isEmpty() ? "" : HEAD + table);
  }

  private static String row(ConsumerDescription it) {
    return "| `%s` | %s | %s | %s | %s | %s |\n"
        .formatted(
            it.name(),
            it.types().stream().map("`%s`"::formatted).collect(Collectors.joining(", ")),
            it.lane(),
            it.triedAgainAfter(),
            it.cutOffAfter(),
            String.join("; ", it.beside()));
  }
}
