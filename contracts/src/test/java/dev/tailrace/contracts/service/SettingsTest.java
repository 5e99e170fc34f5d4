package dev.tailrace.contracts.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

  @Test
  void everyProblemIsToldAtOnce() {
    var settings =
        new Settings(
            "ingest-service",
            "INGEST_",
            Map.of("INGEST_MAX_BODY", "1 megabyte", "INGEST_SLACK_SECRETT", "x", "PATH", "/bin"));
    settings.text("DB_URL", "jdbc:postgresql://db:5432/tailrace");
    settings.bytesOr("MAX_BODY", 1 << 20);
    settings.secretOr("SLACK_SECRET", "");

    assertThatThrownBy(() -> settings.build(() -> "never"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            """
            ingest-service can't start, 3 problems in its configuration:
              INGEST_DB_URL         missing; e.g. jdbc:postgresql://db:5432/tailrace
              INGEST_MAX_BODY       "1 megabyte" is not a size such as 64KiB or 1MiB
              INGEST_SLACK_SECRETT  unknown; did you mean INGEST_SLACK_SECRET?""");
  }

  @Test
  void readsWhatIsThereAndDefaultsTheRest() {
    var settings =
        new Settings(
            "x",
            "X_",
            Map.of("X_PORT", "9000", "X_LIMIT", "64KiB", "X_WAIT", "2h", "X_KEYS", "a, b\nc"));
    var port = settings.portOr("PORT", 8080);
    var limit = settings.bytesOr("LIMIT", 1);
    var wait = settings.durationOr("WAIT", Duration.ZERO);
    var keys = settings.secrets("KEYS", "whsec_...");
    var name = settings.textOr("NAME", "tailrace");

    assertThat(
            settings.build(
                () -> List.of(port.get(), limit.get(), wait.get(), keys.get(), name.get())))
        .isEqualTo(List.of(9000, 65_536, Duration.ofHours(2), List.of("a", "b", "c"), "tailrace"));
  }

  @Test
  void whatMustBeThereAndIsReadAsSomethingSaysWhatItIs() {
    var settings = new Settings("x", "X_", Map.of("X_NUMBER", "seven", "X_SECRET", "sesame"));
    settings.parsed("NUMBER", "a digit", SettingsTest::digit);
    settings.parsed("OTHER", "a digit", SettingsTest::digit);
    settings.parsedSecret("SECRET", "a secret digit", SettingsTest::digit);
    settings.parsedSecret("HIDDEN", "a secret digit", SettingsTest::digit);

    assertThatThrownBy(() -> settings.build(() -> "never"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            """
            x can't start, 4 problems in its configuration:
              X_NUMBER  "seven" is not a digit
              X_OTHER   missing; it is a digit
              X_SECRET  is not a secret digit
              X_HIDDEN  missing; it is a secret digit""");
  }

  @Test
  void aSecretMayStandInAFile(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("secret"), "whsec_1\n");
    var settings = new Settings("x", "X_", Map.of("X_SECRET_FILE", file.toString()));
    var secret = settings.secret("SECRET", "whsec_...");

    assertThat(settings.build(secret)).isEqualTo("whsec_1");
  }

  @Test
  void aSecretInTwoPlacesOrAnUnreadableFileIsAProblem() {
    var twice =
        new Settings("x", "X_", Map.of("X_SECRET", "a", "X_SECRET_FILE", "/nowhere/secret"));
    twice.secret("SECRET", "whsec_...");

    assertThatThrownBy(() -> twice.build(() -> "never"))
        .hasMessageContaining("set twice")
        .hasMessageContaining("can't be read: /nowhere/secret");
  }

  @Test
  void whatIsSetMayBeReadAsAnythingAndWhatIsNotIsEmpty() {
    var settings = new Settings("x", "X_", Map.of("X_COUNT", "3", "X_KEY", "4"));
    var count = settings.ifSet("COUNT", "a digit", SettingsTest::digit);
    var key = settings.secretIfSet("KEY", "a digit", SettingsTest::digit);
    var other = settings.ifSet("OTHER", "a digit", SettingsTest::digit);
    var otherKey = settings.secretIfSet("OTHER_KEY", "a digit", SettingsTest::digit);

    assertThat(settings.build(() -> List.of(count.get(), key.get(), other.get(), otherKey.get())))
        .isEqualTo(List.of(Optional.of(3), Optional.of(4), Optional.empty(), Optional.empty()));
  }

  @Test
  void whatCantBeReadIsAProblemThatShowsNoSecret(@TempDir Path folder) throws IOException {
    Path empty = Files.writeString(folder.resolve("secret"), "\n");
    var settings =
        new Settings(
            "x",
            "X_",
            Map.of("X_COUNT", "three", "X_KEY", "s3cret", "X_OTHER_FILE", empty.toString()));
    settings.ifSet("COUNT", "a digit", SettingsTest::digit);
    settings.secretIfSet("KEY", "a digit", SettingsTest::digit);
    settings.secretIfSet("OTHER", "anything", Optional::of);

    assertThatThrownBy(() -> settings.build(() -> "never"))
        .hasMessageContaining("X_COUNT  \"three\" is not a digit")
        .hasMessageContaining("X_KEY    is not a digit")
        .hasMessageContaining("X_OTHER  is not anything")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("s3cret"));
  }

  private static Optional<Integer> digit(String text) {
    return text.matches("\\d") ? Optional.of(Integer.valueOf(text)) : Optional.empty();
  }

  @Test
  void noProblemTellsASecret() {
    var settings =
        new Settings("x", "X_", Map.of("X_SECRET", "hunter2", "X_SECRET_FILE", "/nowhere"));
    settings.secret("SECRET", "whsec_...");

    assertThatThrownBy(() -> settings.build(() -> "never"))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hunter2"));
  }

  @Test
  void changingSecretsAreGivenOrStayInTheirFile(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("secrets"), "one\ntwo\n");
    var settings = new Settings("x", "X_", Map.of("X_A", "one, two", "X_B_FILE", file.toString()));
    var given = settings.changingSecrets("A", _ -> List.of());
    var inFile = settings.changingSecrets("B", _ -> List.of());
    var none = settings.changingSecrets("C", text -> List.of("never asked of " + text));

    assertThat(settings.build(() -> List.of(given.get(), inFile.get(), none.get())))
        .isEqualTo(
            List.of(
                new Secrets.Given(List.of("one", "two")), new Secrets.InFile(file), Secrets.NONE));
  }

  @Test
  void everyProblemOfAFileIsTold(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "text");
    var settings =
        new Settings(
            "x",
            "X_",
            Map.of("X_F", file.toString(), "X_S", "s3cret", "X_S_FILE", "/nowhere/secrets"));
    settings.file("F", text -> List.of("first of " + text, "second"));
    settings.changingSecrets("S", _ -> List.of("is too short"));

    assertThatThrownBy(() -> settings.build(() -> "never"))
        .hasMessageContaining("first of text")
        .hasMessageContaining("second")
        .hasMessageContaining("is too short")
        .hasMessageContaining("can't be read: /nowhere/secrets")
        .hasMessageContaining("set twice: here and in X_S_FILE")
        .hasMessageNotContaining("s3cret");
  }
}
