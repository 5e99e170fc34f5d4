package dev.tailrace.consumers.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.consumers.ConsumersMain;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Origin;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A backlog, read by a journal in a process of its own. With {@code
 * -Dtailrace.journal.events=1000000} it is a measurement, which it prints; see the page on the
 * journal.
 */
class JournalBacklogIT {

  private static final Instant NOW = Records.now();
  private static final int EVENTS = Integer.getInteger("tailrace.journal.events", 30_000);
  private static final int PARTITIONS = 12;
  private static final String ATTEMPTS = "effects.attempts";
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final String KILOBYTE = "x".repeat(1_000);

  @TempDir private Path folder;

  /** What one of the processes has used. */
  private record Cpu(Duration journal, double backendSeconds) {}

  @ParameterizedTest
  @ValueSource(strings = {Records.POKE, Records.CLAIMED, ATTEMPTS})
  void aBacklogIsJournaledWhole(String type) throws Exception {
    try (var scenario = JournalScenario.create()) {
      String name = scenario.topics.name(type.equals(ATTEMPTS) ? ATTEMPTS : "events.a.b");
      if (!type.equals(ATTEMPTS)) {
        scenario.topics.create(name, PARTITIONS, Map.of());
      }
      scenario.send(IntStream.range(0, EVENTS).mapToObj(i -> record(name, i, type)));
      ServiceProcess journal =
          ServiceProcess.start(
              ServiceProcess.Program.of(ConsumersMain.class, "journal"),
              List.of(),
              scenario.environment,
              folder.resolve("journal.log"));
      try {
        awaitAtLeast(scenario, journal, 1);
        long begin = System.nanoTime();
        long before = scenario.database.count("select sum(next_offset) from journal_offset");
        Cpu first = cpu(scenario, journal);
        awaitAtLeast(scenario, journal, EVENTS);
        double seconds = (System.nanoTime() - begin) / 1e9;
        print(type, EVENTS - before, seconds, first, cpu(scenario, journal));
        assertThat(scenario.count(type.equals(ATTEMPTS) ? "effect" : "event_journal"))
            .isEqualTo(EVENTS);
      } finally {
        journal.close();
      }
    }
  }

  /** Counting rows would be work for the one that is measured: how far it is stands in a row. */
  private static void awaitAtLeast(JournalScenario scenario, ServiceProcess journal, int events) {
    Await.until(
        events + " are journaled",
        LIMIT,
        () -> {
          if (!journal.isAlive()) {
            throw new AssertionError(journal.printed());
          }
          return scenario.database.count("select coalesce(sum(next_offset), 0) from journal_offset")
              >= events;
        });
  }

  private static ProducerRecord<String, byte[]> record(String topic, int i, String type) {
    return type.equals(ATTEMPTS)
        ? Records.record(
            topic,
            i % JournalScenario.PARTITIONS,
            NOW,
            Records.attempt(Records.id(NOW, i), 1, "done", NOW))
        : Records.record(topic, i % PARTITIONS, NOW, event(i, type));
  }

  private static Envelope event(int number, String type) {
    Envelope it = Records.event(Records.id(NOW, number), number, type, Origin.NONE);
    return new Envelope(
        it.id(),
        it.seq(),
        it.type(),
        "org_" + number % 50,
        it.aggregateType(),
        it.aggregateId(),
        it.occurredAt(),
        it.origin(),
        "{\"text\":\"" + KILOBYTE + "\"}");
  }

  @SuppressWarnings("SystemOut") // a measurement, for who has asked for one
  private static void print(String type, long events, double seconds, Cpu before, Cpu after) {
    System.out.printf(
        Locale.ROOT,
        "journal, %s: %d records in %.1f s, %.0f/s; CPU of the journal %.1f s, of its backend %.1f s%n",
        type,
        events,
        seconds,
        events / seconds,
        after.journal().minus(before.journal()).toMillis() / 1_000.0,
        after.backendSeconds() - before.backendSeconds());
  }

  private static Cpu cpu(JournalScenario scenario, ServiceProcess journal) throws IOException {
    Duration used =
        ProcessHandle.of(journal.pid())
            .flatMap(process -> process.info().totalCpuDuration())
            .orElse(Duration.ZERO);
    return new Cpu(used, backendSeconds(scenario));
  }

  /** Of the connection that holds the journal's lock, where the kernel tells. */
  private static double backendSeconds(JournalScenario scenario) throws IOException {
    long pid =
        scenario.count("pg_locks where locktype = 'advisory' and granted") == 0
            ? 0
            : scenario.database.count(
                """
                select pid from pg_locks
                where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())
                limit 1""");
    Path stat = Path.of("/proc", Long.toString(pid), "stat");
    if (!Files.isReadable(stat)) {
      return 0;
    }
    String[] fields = Files.readString(stat).replaceFirst(".*\\) ", "").split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0;
  }
}
