package dev.tailrace.contracts.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceMainTest {

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  @Test
  void whatEndsWellEndsWithZero() {
    assertThat(status(environment -> ServiceMain.WELL)).isZero();
    assertThat(printed.size()).isZero();
  }

  @Test
  void aBadConfigurationEndsWithTwoAndItsProblemsOnly() {
    assertThat(
            status(
                environment -> {
                  var settings = new Settings("x", "X_", environment);
                  settings.text("DB_URL", "jdbc:...");
                  return settings.build(() -> ServiceMain.WELL);
                }))
        .isEqualTo(2);
    assertThat(printed.toString(UTF_8)).startsWith("✗ x can't start").doesNotContain("\tat ");
  }

  @Test
  void anythingThatIsThrownEndsWithOne() {
    assertThat(
            status(
                environment -> {
                  throw new IllegalStateException("no database");
                }))
        .isEqualTo(1);
    assertThat(
            status(
                environment -> {
                  throw new StackOverflowError();
                }))
        .isEqualTo(1);
    assertThat(printed.toString(UTF_8))
        .contains("✗ no database")
        .contains("✗ java.lang.StackOverflowError");
  }

  private int status(ServiceMain.Work work) {
    return ServiceMain.status(work, Map.of(), new PrintStream(printed, true, UTF_8));
  }
}
