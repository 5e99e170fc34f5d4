package dev.tailrace.consumers.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.Origin;
import dev.tailrace.contracts.journal.Journal;
import dev.tailrace.contracts.journal.Missed;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.testkit.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is not journaled yet is told: by gauges, by readiness, and to browsers that ask. */
class JournalLagIT {

  private static final Instant NOW = Records.now();

  private JournalScenario scenario;

  @BeforeEach
  void open() throws SQLException {
    scenario = JournalScenario.create();
    scenario.environment.put("JOURNAL_LAG_LIMIT", "1s");
  }

  @AfterEach
  void close() {
    scenario.close();
  }

  private void send(int from, int to, String type) {
    scenario.send(
        IntStream.range(from, to)
            .mapToObj(
                i ->
                    Records.record(
                        scenario.topic(type),
                        0,
                        NOW.minusSeconds(60),
                        Records.event(Records.id(NOW, i), i, type, Origin.NONE))));
  }

  private Missed missed(long since, Instant asked) throws SQLException {
    return scenario.ask(connection -> Journal.missed(connection, "org_1", since, asked));
  }

  private static String metrics(Service journal) throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      var url = "http://localhost:%d/metrics".formatted(journal.adminPort());
      return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
          .body();
    }
  }

  private String behind(String type) {
    return "tailrace_journal_behind_records{topic=\"" + scenario.topic(type) + "\"}";
  }

  @Test
  void howFarBehindATopicIsIsToldWhilePostgresHoldsUp() throws Exception {
    Service journal = scenario.start();
    assertThat(metrics(journal)).contains(behind(Records.CLAIMED) + " 0.0");
    try (Connection holder = scenario.database.connect()) {
      holder.setAutoCommit(false);
      try (Statement lock = holder.createStatement()) {
        lock.execute("lock table event_journal in share mode");
      }
      send(0, 700, Records.CLAIMED);
      Await.until(
          "the gauge says so", () -> metrics(journal).contains(behind(Records.CLAIMED) + " 700.0"));
      assertThat(metrics(journal)).contains(behind(Records.POKE) + " 0.0");
      Await.until(
          "it is not ready",
          () -> journal.unreadiness().orElse("").contains("behind by 700 records"));
      assertThat(missed(0, Instant.now()).complete()).isFalse();
    }
    JournalScenario.awaitReady(journal);
    assertThat(metrics(journal))
        .contains(behind(Records.CLAIMED) + " 0.0")
        .contains("tailrace_journal_records_total{kind=\"event\"} 700.0");
  }

  @Test
  void anAnswerIsCompleteOnceAllThatWasInKafkaIsJournaled() throws Exception {
    scenario.start();
    send(1, 11, Records.CLAIMED);
    send(11, 21, Records.POKE);
    Instant asked = Instant.now();
    Await.until("it is complete", () -> missed(0, asked).complete());

    assertThat(missed(0, asked).events())
        .as("those that browsers see, in their order, as they were sent")
        .isEqualTo(
            IntStream.range(1, 11)
                .mapToObj(i -> Records.event(Records.id(NOW, i), i, Records.CLAIMED, Origin.NONE))
                .toList());
    assertThat(missed(7, asked).events()).hasSize(3);
    assertThat(missed(0, Instant.now().plus(Duration.ofHours(1))).complete()).isFalse();
    Missed ofOthers = scenario.ask(connection -> Journal.missed(connection, "org_2", 0, asked));
    assertThat(ofOthers).isEqualTo(new Missed(List.of(), true));
  }

  @Test
  void anAnswerHasAThousandEventsAndTheNextOneGoesOn() throws Exception {
    scenario.start();
    send(1, 1_502, Records.CLAIMED);
    Instant asked = Instant.now();
    scenario.awaitCount("event_journal", 1_501);
    assertThat(missed(0, asked))
        .satisfies(
            first -> {
              assertThat(first.events()).hasSize(1_000);
              assertThat(first.events().getLast().seq()).isEqualTo("0000000000000001000");
              assertThat(first.complete()).isFalse();
            });

    Await.until("the rest is complete", () -> missed(1_000, asked).complete());
    assertThat(missed(1_000, asked).events()).hasSize(501);
  }
}
