package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.Json;
import dev.tailrace.testkit.Seeds;
import dev.tailrace.testkit.TestDatabase;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whatever a call is given, no answer is an error of ours, and what is refused leaves nothing. */
class MutatedCallsLaws {

  private static RunningIngest ingest;
  private static String project;

  @BeforeAll
  static void start() throws Exception {
    ingest = RunningIngest.on(TestDatabase.create());
    var platform = new Platform(ingest);
    project = platform.project(platform.organization());
  }

  @AfterAll
  static void stop() {
    ingest.close();
  }

  @Test
  void mutatedInputsAreTakenWholeOrLeaveNothing() {
    Seeds.forEach(
        300,
        seed -> {
          var input = seed.<Map.Entry<String, Map<String, ?>>>oneOf(inputs());
          byte[] body = Mutations.bytes(seed, Json.write(input.getValue()).getBytes(UTF_8));
          long before = told();
          int status = call(input.getKey(), body);
          assertThat(status)
              .as("%s %s", input.getKey(), new String(body, UTF_8))
              .isBetween(200, 499);
          assertThat(told() - before).isEqualTo(status == 200 ? 1 : 0);
        });
  }

  private static List<Map.Entry<String, Map<String, ?>>> inputs() {
    return List.of(
        Map.entry("testing.poke", Map.of("message", "hello")),
        Map.entry(
            "user.create",
            Map.of(
                "email", Platform.word() + "@example.com",
                "name", "Ada",
                "signupMethod", "google")),
        Map.entry(
            "machine.create",
            Map.of(
                "projectId",
                project,
                "name",
                "m",
                "provider",
                "daytona",
                "metadata",
                Map.of("any", List.of("thing", 1)))));
  }

  private static int call(String procedure, byte[] body) throws Exception {
    return ingest
        .send(
            ingest
                .request("/rpc/" + procedure)
                .header("Authorization", "Bearer " + RunningIngest.PLATFORM.text())
                .header("Idempotency-Key", Platform.word())
                .POST(BodyPublishers.ofByteArray(body)))
        .statusCode();
  }

  private static long told() {
    return ingest.database().count("select count(*) from outbox_event where type like 'rpc:%'");
  }
}
