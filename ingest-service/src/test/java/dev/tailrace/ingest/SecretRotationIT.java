package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.service.Secrets;
import dev.tailrace.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets are rolled in their files while the service runs, as mounted ones are. */
class SecretRotationIT {

  private static final String OLD = "whsec_b2xkZXItc2VjcmV0";
  private static final String NEW = "whsec_bmV3ZXItc2VjcmV0";

  private static final String RESEND =
      "{\"type\":\"email.sent\",\"created_at\":\"2026-01-02T03:04:06Z\",\"data\":{\"email_id\":\"em_1\"}}";

  private static final String DAYTONA =
      "{\"event\":\"snapshot.created\",\"id\":\"sn_1\",\"timestamp\":\"2026-01-02T03:04:06Z\"}";

  @TempDir private static Path directory;
  private static RunningIngest ingest;

  private final AtomicInteger deliveries = new AtomicInteger();

  @BeforeAll
  static void start() throws Exception {
    write("stripe", OLD);
    write("slack", OLD);
    write("resend", OLD);
    write("daytona", OLD);
    write("senders", sender("\"" + OLD + "\""));
    ingest =
        RunningIngest.on(
            TestDatabase.create(),
            new IngestConfig.Sources(
                source("stripe"),
                source("slack"),
                source("resend"),
                source("daytona"),
                Optional.of(file("senders"))));
  }

  @AfterAll
  static void stop() {
    ingest.close();
  }

  @Test
  void stripeTakesBothWhileBothAreThereAndThenTheNewOne() throws Exception {
    rolls("stripe", this::stripe);
  }

  @Test
  void slackTakesBothWhileBothAreThereAndThenTheNewOne() throws Exception {
    rolls("slack", this::slack);
  }

  @Test
  void resendTakesBothWhileBothAreThereAndThenTheNewOne() throws Exception {
    rolls("resend", secret -> standard("/webhooks/resend", secret, RESEND));
  }

  @Test
  void daytonaTakesBothWhileBothAreThereAndThenTheNewOne() throws Exception {
    rolls("daytona", secret -> standard("/webhooks/daytona", secret, DAYTONA));
  }

  @Test
  void aSenderTakesBothAndThenTheNewOneAndNoneOnceItIsTakenOut() throws Exception {
    Delivering acme = secret -> standard("/webhooks/standard/acme", secret, "{}");
    assertThat(acme.with(OLD)).isEqualTo(200);
    change("senders", sender("\"" + OLD + "\",\"" + NEW + "\""));
    assertThat(acme.with(OLD)).isEqualTo(200);
    assertThat(acme.with(NEW)).isEqualTo(200);
    change("senders", sender("\"" + NEW + "\""));
    assertThat(acme.with(OLD)).isEqualTo(401);
    assertThat(acme.with(NEW)).isEqualTo(200);
    change("senders", "{\"acme\": oops");
    assertThat(acme.with(NEW)).isEqualTo(200);
    assertStale("senders", 1);
    change("senders", sender("\"" + NEW + "\"").replace("acme", "other"));
    assertThat(acme.with(NEW)).isEqualTo(401);
    assertStale("senders", 0);
  }

  /** A delivery that is new each time, signed with this secret; answers its status. */
  private interface Delivering {
    int with(String secret) throws Exception;
  }

  private void rolls(String provider, Delivering delivering) throws Exception {
    assertThat(delivering.with(OLD)).isEqualTo(200);
    assertThat(delivering.with(NEW)).isEqualTo(401);
    change(provider, NEW + "\n" + OLD + "\n");
    assertThat(delivering.with(OLD)).isEqualTo(200);
    assertThat(delivering.with(NEW)).isEqualTo(200);
    change(provider, NEW);
    assertThat(delivering.with(OLD)).isEqualTo(401);
    assertThat(delivering.with(NEW)).isEqualTo(200);
    change(provider, "\n");
    assertThat(delivering.with(NEW)).isEqualTo(200);
    assertStale(provider, 1);
    Files.delete(file(provider));
    tick();
    assertThat(delivering.with(NEW)).isEqualTo(200);
    change(provider, NEW);
    assertStale(provider, 0);
  }

  private int stripe(String secret) throws Exception {
    byte[] body =
        StripeBodies.subscriptionCreated("evt_" + deliveries.incrementAndGet(), "cus_1")
            .getBytes(UTF_8);
    return deliver("/webhooks/stripe", Signing.stripe(secret, now(), body), body);
  }

  private int slack(String secret) throws Exception {
    byte[] body =
        """
        {"type":"event_callback","team_id":"T1","event_id":"Ev%d","event_time":1700000000,"event":{}}"""
            .formatted(deliveries.incrementAndGet())
            .getBytes(UTF_8);
    return deliver("/webhooks/slack/events", Signing.slack(secret, now(), body), body);
  }

  private int standard(String path, String secret, String text) throws Exception {
    byte[] body = text.getBytes(UTF_8);
    String id = "msg_" + deliveries.incrementAndGet();
    return deliver(path, Signing.standard("svix-", secret, id, now(), body), body);
  }

  private static int deliver(String path, Map<String, String> headers, byte[] body)
      throws Exception {
    return ingest.deliver(path, headers, body).statusCode();
  }

  private static Instant now() {
    return ingest.clock().instant();
  }

  /** As Kubernetes does: the new file is there at once, and whole. */
  private static void change(String name, String text) throws IOException {
    Path next = Files.writeString(directory.resolve("next"), text);
    Files.move(next, file(name), StandardCopyOption.ATOMIC_MOVE);
    tick();
  }

  private static void tick() {
    ingest.clock().advance(ReloadedFile.LOOK_AGAIN);
  }

  private static void assertStale(String name, int stale) throws Exception {
    assertThat(ingest.admin("/metrics").body())
        .contains("tailrace_ingest_secrets_stale{secrets=\"" + name + "\"} " + stale + ".0");
  }

  private static IngestConfig.Source source(String name) {
    return new IngestConfig.Source(new Secrets.InFile(file(name)), RunningIngest.MAX_BODY_BYTES);
  }

  private static void write(String name, String text) throws IOException {
    Files.writeString(file(name), text);
  }

  private static Path file(String name) {
    return directory.resolve(name);
  }

  private static String sender(String secrets) {
    return "{\"acme\":{\"secrets\":[" + secrets + "]}}";
  }
}
