package dev.tailrace.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.contracts.sealing.SealingKeys;
import dev.tailrace.contracts.service.ConfigurationException;
import dev.tailrace.contracts.service.Secrets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngestConfigTest {

  private static final Map<String, String> LEAST =
      Map.of("INGEST_DB_URL", "jdbc:postgresql://db/tailrace", "INGEST_DB_USER", "ingest");

  @Test
  void needsNoMoreThanADatabase() {
    IngestConfig config = IngestConfig.from(LEAST);
    assertThat(config.address().host()).isEqualTo("127.0.0.1");
    assertThat(config.address().port()).isEqualTo(8080);
    assertThat(config.admin().port()).isEqualTo(8081);
    assertThat(config.load().inFlight()).isEqualTo(512);
    var mebibyte = new IngestConfig.Source(Secrets.NONE, 1 << 20);
    assertThat(config.sources())
        .isEqualTo(
            new IngestConfig.Sources(
                mebibyte,
                mebibyte,
                mebibyte,
                new IngestConfig.Source(Secrets.NONE, 256 * 1024),
                Optional.empty()));
    assertThat(config.events()).isEqualTo(new IngestConfig.Events(1 << 20));
  }

  @Test
  void takesSeveralSecretsOrTheFileThatTheyStandIn(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("secrets"), "whsec_new\nwhsec_old\n");
    IngestConfig config =
        IngestConfig.from(
            with(
                Map.of(
                    "INGEST_STRIPE_SECRETS_FILE",
                    file.toString(),
                    "INGEST_SLACK_SECRETS",
                    "new,old")));
    assertThat(config.sources().stripe().secrets()).isEqualTo(new Secrets.InFile(file));
    assertThat(config.sources().slack().secrets())
        .isEqualTo(new Secrets.Given(List.of("new", "old")));
  }

  @Test
  void showsNoSecret() {
    IngestConfig config =
        IngestConfig.from(
            with(
                Map.of(
                    "INGEST_STRIPE_SECRETS", "s3cret",
                    "INGEST_RESEND_SECRETS", "whsec_czNjcmV0",
                    "INGEST_DB_PASSWORD", "s3cret")));
    assertThat(config.toString()).doesNotContain("s3cret", "czNjcmV0");
  }

  @Test
  void oauthIsOffUntilItIsSetUp() {
    assertThat(IngestConfig.from(LEAST).oauth().missing(OAuthProvider.SLACK))
        .containsExactly(
            "INGEST_SEALING_KEYS",
            "INGEST_PUBLIC_URL",
            "INGEST_SLACK_CLIENT_ID",
            "INGEST_SLACK_CLIENT_SECRET");
  }

  @Test
  void readsWhatOauthNeeds(@TempDir Path directory) throws Exception {
    Path keys = Files.writeString(directory.resolve("keys"), SealingKeys.fresh() + "\n");
    OAuthSettings oauth =
        IngestConfig.from(
                with(
                    Map.of(
                        "INGEST_SEALING_KEYS_FILE", keys.toString(),
                        "INGEST_PUBLIC_URL", "https://app.example.com",
                        "INGEST_GOOGLE_CLIENT_ID", "id",
                        "INGEST_GOOGLE_CLIENT_SECRET", "s3cret",
                        "INGEST_GOOGLE_SCOPES", "openid, email",
                        "INGEST_GOOGLE_OAUTH_URL", "http://127.0.0.1:8092")))
            .oauth();
    assertThat(oauth.missing(OAuthProvider.GOOGLE)).isEmpty();
    assertThat(oauth.clients().get(OAuthProvider.GOOGLE))
        .extracting(client -> client.scopes() + " " + client.site() + " " + client.api())
        .isEqualTo("[openid, email] http://127.0.0.1:8092 https://oauth2.googleapis.com");
    assertThat(oauth.toString()).doesNotContain("s3cret");
  }

  @Test
  void tellsOfOauthSettingsThatAreNone() {
    assertThatThrownBy(
            () ->
                IngestConfig.from(
                    with(
                        Map.of(
                            "INGEST_SEALING_KEYS", "s3cret",
                            "INGEST_PUBLIC_URL", "http://app.example.com",
                            "INGEST_REAUTH_PATH", "//elsewhere",
                            "INGEST_GITHUB_API_URL", "https://api.github.com/v3"))))
        .hasMessageContaining("INGEST_SEALING_KEYS    is not a Tink keyset of AES-256-GCM in JSON")
        .hasMessageContaining("\"http://app.example.com\" is not an origin such as")
        .hasMessageContaining("\"//elsewhere\" is not a path such as")
        .hasMessageContaining("\"https://api.github.com/v3\" is not an origin such as")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("s3cret"));
  }

  @Test
  void tellsEveryProblemAtOnce() {
    assertThatThrownBy(
            () ->
                IngestConfig.from(
                    Map.of(
                        "INGEST_DB_USER", "ingest",
                        "INGEST_STRIPE_MAX_BODY", "1 megabyte",
                        "INGEST_MAX_IN_FLIGHT", "0",
                        "INGEST_STRIPE_SECRETT", "x")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("ingest-service can't start, 4 problems in its configuration:")
        .hasMessageContaining("INGEST_DB_URL           missing")
        .hasMessageContaining("INGEST_STRIPE_MAX_BODY  \"1 megabyte\" is not a size")
        .hasMessageContaining("INGEST_MAX_IN_FLIGHT    \"0\" is not a number from 1")
        .hasMessageContaining("unknown; did you mean INGEST_STRIPE_SECRETS?");
  }

  @Test
  void tellsWhichSecretsCanNotBeUsedWithoutTellingThem(@TempDir Path directory) throws Exception {
    Path empty = Files.writeString(directory.resolve("empty"), "\n");
    assertThatThrownBy(
            () ->
                IngestConfig.from(
                    with(
                        Map.of(
                            "INGEST_RESEND_SECRETS", "whsec_MDEy,whsec_s3cret!,whsec_",
                            "INGEST_SLACK_SECRETS_FILE", empty.toString(),
                            "INGEST_STRIPE_SECRETS", "a",
                            "INGEST_STRIPE_SECRETS_FILE", "/nowhere"))))
        .hasMessageContaining("INGEST_RESEND_SECRETS       secret 2 of 3 must be base64")
        .hasMessageContaining("secret 3 of 3 must be base64")
        .hasMessageContaining("INGEST_SLACK_SECRETS_FILE   has no secret")
        .hasMessageContaining("set twice")
        .hasMessageContaining("can't be read: /nowhere")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void tellsEveryProblemOfTheSendersFile(@TempDir Path directory) throws Exception {
    Path file =
        Files.writeString(directory.resolve("senders"), "{\"rpc\":{},\"acme\":{\"secrets\":[]}}");
    assertThatThrownBy(
            () -> IngestConfig.from(with(Map.of("INGEST_SENDERS_FILE", file.toString()))))
        .hasMessageContaining("INGEST_SENDERS_FILE  /rpc is a name of our own")
        .hasMessageContaining("INGEST_SENDERS_FILE  /acme/secrets must be an array");
  }

  private static Map<String, String> with(Map<String, String> more) {
    var all = new HashMap<>(LEAST);
    all.putAll(more);
    return all;
  }
}
