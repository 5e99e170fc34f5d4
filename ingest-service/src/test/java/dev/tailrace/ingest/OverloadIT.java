package dev.tailrace.ingest;

import static dev.tailrace.ingest.StripeBodies.subscriptionCreated;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.testkit.AckedIsDurable;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.Receipt;
import dev.tailrace.testkit.TestDatabase;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OverloadIT {

  private static final String STRIPE = "/webhooks/stripe";
  private static final String CLAIMED =
      """
      {"type": "kitchen.task.claimed", "tenantId": "org_1", "aggregateId": "task-1",
       "payload": {"taskId": "task-1", "employeeId": "emp-1", "claimedAt": "2026-01-31T12:00:00Z"}}""";

  @Test
  void asksForARetryWhileTheDatabaseIsAwayAndRecoversByItself() throws Exception {
    TestDatabase database = TestDatabase.create();
    try (var passage = Passage.to(database.server().port());
        var ingest = RunningIngest.on(database, through(passage, database), 64)) {
      assertThat(ingest.deliver(subscriptionCreated("evt_1", "cus_1")).statusCode()).isEqualTo(200);
      assertThat(ingest.admin("/health/ready").statusCode()).isEqualTo(200);

      passage.cut();
      HttpResponse<String> away = ingest.deliver(subscriptionCreated("evt_2", "cus_1"));
      assertThat(away.statusCode()).isEqualTo(503);
      assertThat(away.headers().firstValue("Retry-After")).contains("5");
      assertThat(ingest.admin("/health/ready").statusCode()).isEqualTo(503);
      assertThat(ingest.admin("/health/live").statusCode()).isEqualTo(200);

      passage.mend();
      Await.until(
          "what was refused is taken",
          () -> ingest.deliver(subscriptionCreated("evt_2", "cus_1")).statusCode() == 200);
      Await.until("it is ready", () -> ingest.admin("/health/ready").statusCode() == 200);
      new AckedIsDurable(
              database.dataSource(),
              List.of(new Receipt("stripe", "evt_1"), new Receipt("stripe", "evt_2")))
          .check();
    }
  }

  @Test
  void startsWithoutADatabase() throws Exception {
    TestDatabase database = TestDatabase.create();
    try (var passage = Passage.to(database.server().port())) {
      passage.cut();
      try (var ingest = RunningIngest.on(database, through(passage, database), 64)) {
        assertThat(ingest.deliver(subscriptionCreated("evt_1", "cus_1")).statusCode())
            .isEqualTo(503);
        passage.mend();
        Await.until(
            "it takes events",
            () -> ingest.deliver(subscriptionCreated("evt_1", "cus_1")).statusCode() == 200);
      }
    }
  }

  @Test
  void asksASourceThatFloodsToSlowDown() throws Exception {
    try (var ingest = limitedTo(4)) {
      var answers =
          whileTheOutboxIsLocked(
              ingest,
              STRIPE,
              429,
              4,
              () -> atOnce(6, number -> deliver(ingest, number, "cus_" + number)));
      assertThat(answers).containsExactlyInAnyOrder(200, 200, 429, 429, 429, 429);
    }
  }

  @Test
  void asksATenantThatFloodsToSlowDownAndTakesTheOthers() throws Exception {
    try (var ingest = limitedTo(16)) {
      var answers =
          whileTheOutboxIsLocked(
              ingest,
              STRIPE,
              429,
              2,
              () -> atOnce(7, number -> deliver(ingest, number, number == 6 ? "cus_2" : "cus_1")));
      assertThat(answers).containsExactlyInAnyOrder(200, 200, 200, 200, 200, 429, 429);
    }
  }

  @Test
  void asksAPublisherThatFloodsToSlowDown() throws Exception {
    try (var ingest = limitedTo(8)) {
      var answers =
          whileTheOutboxIsLocked(
              ingest,
              "/events",
              429,
              3,
              () -> atOnce(5, _ -> ingest.publish(CLAIMED).statusCode()));
      assertThat(answers).containsExactlyInAnyOrder(201, 201, 429, 429, 429);
    }
  }

  @Test
  void turnsAwayWhatIsOverTheLimitOfRequestsAtOnce() throws Exception {
    try (var ingest = limitedTo(1);
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        Connection other = ingest.database().connect()) {
      lockOutbox(other);
      Future<Integer> first = threads.submit(() -> deliver(ingest, 1, "cus_1"));
      awaitBlocked(ingest);

      HttpResponse<String> second = ingest.publish("{}");
      assertThat(second.statusCode()).isEqualTo(503);
      assertThat(second.headers().firstValue("Retry-After")).contains("1");

      other.rollback();
      assertThat(first.get()).isEqualTo(200);
    }
  }

  /** Slack does not send them again. */
  @Test
  void hasPlacesLeftForSlacksInteractionsWhenAllOthersAreTaken() throws Exception {
    try (var ingest = limitedTo(1);
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        Connection other = ingest.database().connect()) {
      lockOutbox(other);
      Future<Integer> first = threads.submit(() -> deliver(ingest, 1, "cus_1"));
      awaitBlocked(ingest);
      assertThat(ingest.publish("{}").statusCode()).isEqualTo(503);

      Future<Integer> interaction = threads.submit(() -> interact(ingest).statusCode());
      Await.until(
          "it waits for the lock too",
          () ->
              ingest
                      .database()
                      .count(
                          "select count(*) from pg_locks where not granted and relation = 'outbox_event'::regclass")
                  == 2);
      other.rollback();
      assertThat(first.get()).isEqualTo(200);
      assertThat(interaction.get()).isEqualTo(200);
    }
  }

  private static HttpResponse<String> interact(RunningIngest ingest) throws Exception {
    String body =
        "payload="
            + URLEncoder.encode(
                "{\"type\":\"block_actions\",\"team\":{\"id\":\"T1\"},\"actions\":[]}", UTF_8);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + ingest.port() + "/webhooks/slack/interactive"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    Signing.slack(RunningIngest.SECRET, ingest.clock().instant(), body.getBytes(UTF_8))
        .forEach(request::header);
    return ingest.send(request);
  }

  @Test
  void answersWhatItHasTakenBeforeItStops() throws Exception {
    try (var ingest = RunningIngest.on(TestDatabase.create());
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<HttpResponse<String>> answer;
      Future<?> stopped;
      try (Connection other = ingest.database().connect()) {
        lockOutbox(other);
        answer = threads.submit(() -> ingest.deliver(subscriptionCreated("evt_1", "cus_1")));
        awaitBlocked(ingest);
        stopped = threads.submit(ingest::stop);
        Await.until(
            "it says that it is stopping",
            () -> ingest.admin("/health/ready").body().contains("stopping"));
        other.rollback();
      }
      assertThat(answer.get().statusCode()).isEqualTo(200);
      stopped.get();
      assertThat(ingest.database().count("select count(*) from webhook_receipt")).isOne();
    }
  }

  /** A request, told by its number from the others of its time. */
  @FunctionalInterface
  private interface Numbered {
    int send(int number) throws Exception;
  }

  private static List<Integer> atOnce(int many, Numbered request) throws Exception {
    var numbers = new AtomicInteger();
    return StripeWebhookIT.atOnce(many, () -> request.send(numbers.getAndIncrement()));
  }

  private static int deliver(RunningIngest ingest, int number, String customer) throws Exception {
    return ingest.deliver(subscriptionCreated("evt_" + number, customer)).statusCode();
  }

  /** Lets go once so many were turned away, while the first ones wait for the lock. */
  private static List<Integer> whileTheOutboxIsLocked(
      RunningIngest ingest,
      String route,
      int status,
      int turnedAway,
      Callable<List<Integer>> requests)
      throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor();
        Connection other = ingest.database().connect()) {
      lockOutbox(other);
      Future<List<Integer>> answers = threads.submit(requests);
      awaitBlocked(ingest);
      Await.until(
          "the others were turned away",
          () ->
              ingest
                  .admin("/metrics")
                  .body()
                  .contains(
                      "tailrace_ingest_requests_seconds_count{route=\"%s\",status=\"%d\"} %d"
                          .formatted(route, status, turnedAway)));
      other.rollback();
      return answers.get();
    }
  }

  private static void lockOutbox(Connection connection) throws Exception {
    connection.setAutoCommit(false);
    try (Statement lock = connection.createStatement()) {
      lock.execute("lock table outbox_event in access exclusive mode");
    }
  }

  private static void awaitBlocked(RunningIngest ingest) {
    Await.until(
        "a transaction waits for the lock",
        () ->
            ingest
                    .database()
                    .count(
                        """
                        select count(*) from pg_stat_activity
                        where datname = current_database() and wait_event_type = 'Lock'""")
                > 0);
  }

  private static RunningIngest limitedTo(int requests) throws Exception {
    TestDatabase database = TestDatabase.create();
    return RunningIngest.on(database, database.jdbcUrl(), requests);
  }

  private static String through(Passage passage, TestDatabase database) {
    return "jdbc:postgresql://127.0.0.1:" + passage.port() + "/" + database.name();
  }
}
