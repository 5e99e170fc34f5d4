package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.ServiceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A transaction of many more rows than fit into the relay's heap, which is killed in the middle of
 * it. {@code -Dtailrace.rows} says of how many, a million unless told.
 */
class RelayLargeTransactionIT {

  private static final int ROWS = Integer.getInteger("tailrace.rows", 1_000_000);
  private static final int PARTS = 10;
  private static final Duration LIMIT = Duration.ofMinutes(3);

  @TempDir private Path folder;

  /** The ids of short transactions, in their order. */
  private final List<String> before = new ArrayList<>();

  private final List<String> after = new ArrayList<>();

  @Test
  void isSentOnceAndInItsPlaceFromASmallHeap() throws Exception {
    try (var scenario = Scenario.create()) {
      ServiceProcess killed = startRelay(scenario, "killed");
      try (var arrivals = new Arrivals(scenario.topics)) {
        write(scenario);
        Await.until("half of it is in Kafka", LIMIT, () -> arrivals.count() > ROWS / 2);
        killed.kill();
        assertThat(arrivals.count()).as("it was killed in the middle").isLessThan(ROWS);
      }
      long end = scenario.database.count("select (pg_current_wal_lsn() - '0/0')::bigint");
      try (var relay = startRelay(scenario, "next")) {
        Await.until("all is in Kafka", LIMIT, () -> scenario.confirmedLsn() >= end);
        assertThat(relay.isAlive()).as("its heap is enough").isTrue();
      }
      check(scenario);
    }
  }

  private ServiceProcess startRelay(Scenario scenario, String name) throws IOException {
    int port = ServiceProcess.freePort();
    ServiceProcess relay =
        KillableRelay.start(scenario.config, port, folder.resolve(name + ".log"));
    Await.until("the relay is ready", () -> Scenario.isReady(port));
    return relay;
  }

  /** Short ones commit before, between the parts of the large one, and after it. */
  private void write(Scenario scenario) throws SQLException {
    try (Connection connection = scenario.database.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (int part = 0; part < PARTS; part++) {
        before.add(scenario.append("short").toString());
        statement.execute(insertion(part * (ROWS / PARTS), ROWS / PARTS));
      }
      connection.commit();
    }
    for (int i = 0; i < PARTS; i++) {
      after.add(scenario.append("short").toString());
    }
  }

  private static String insertion(int from, int count) {
    return """
        insert into outbox_event
          (id, tenant_id, aggregate_type, aggregate_id, type, payload, headers, occurred_at)
        select ('%s' || lpad(n::text, 12, '0'))::uuid, 'org_1', 'kitchen_task', 'task-' || n %% 1000,
          'kitchen.task.progress', '{}', '{"version":1}', now()
        from generate_series(%d, %d) n"""
        .formatted(Seen.LARGE, from, from + count - 1);
  }

  private void check(Scenario scenario) {
    var seen = new Seen();
    scenario.topics.eachMatching(Pattern.compile("^events\\."), seen::see);
    assertThat(seen.repeated).as("rows that are there again").isZero();
    assertThat(seen.rows.cardinality()).as("rows of the large one").isEqualTo(ROWS);
    assertThat(seen.places).as("each in its place behind the short ones before").hasSize(1);
    assertThat(seen.places.keySet()).containsExactly(PARTS + Seq.FIRST);
    assertThat(before.stream().map(seen.shortOnes::get)).containsExactlyElementsOf(seqs(1));
    assertThat(after.stream().map(seen.shortOnes::get))
        .containsExactlyElementsOf(seqs(PARTS + ROWS + 1));
    assertThat(seen.shortOnes).hasSize(2 * PARTS);
  }

  private static List<Long> seqs(long first) {
    return LongStream.range(first, first + PARTS).boxed().toList();
  }

  /** What is in Kafka, without keeping it. */
  private static final class Seen {
    private static final String LARGE = "00000000-0000-7000-8000-";

    private final BitSet rows = new BitSet(ROWS);
    private final Map<String, Long> shortOnes = new HashMap<>();

    /** Of how many rows the seq is how much above their number. */
    private final Map<Long, Integer> places = new HashMap<>();

    private int repeated;

    private void see(ConsumerRecord<String, byte[]> event) {
      String id = Scenario.header(event, "ce_id");
      long seq = Long.parseLong(Scenario.header(event, "ce_seq"));
      if (!id.startsWith(LARGE)) {
        if (shortOnes.put(id, seq) != null) {
          repeated++;
        }
        return;
      }
      int number = Integer.parseInt(id.substring(LARGE.length()));
      if (rows.get(number)) {
        repeated++;
      }
      rows.set(number);
      places.merge(seq - number, 1, Integer::sum);
    }
  }
}
