package dev.tailrace.benchmarks;

import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.outbox.DatabaseConfig;
import dev.tailrace.embedded.EmbeddedPostgres;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.sql.DataSource;

/**
 * Signed webhooks of 1 kB through the ingest service: with its group commit, and with a transaction
 * for each request; and pgbench doing two inserts a transaction. All on one Postgres that flushes
 * each commit, in turns, several rounds; what counts is the median, and the ratio within a run.
 */
final class IngestBench {

  /** How it is run. */
  record Plan(int rounds, Duration time, int connections, List<String> jvm) {}

  private static final int CUSTOMERS = 64;
  private static final int PGBENCH_CLIENTS = 32;
  private static final Duration WARM_UP = Duration.ofSeconds(20);

  private final Plan plan;
  private final Path pgbench;
  private final PrintStream out;
  private final List<Double> grouped = new ArrayList<>();
  private final List<Double> single = new ArrayList<>();
  private final List<Double> peer = new ArrayList<>();
  private final List<Double> groupedP99 = new ArrayList<>();
  private final List<Double> halfRateP99 = new ArrayList<>();
  private final List<Double> alone = new ArrayList<>();

  IngestBench(Plan plan, Path pgbench, PrintStream out) {
    this.plan = plan;
    this.pgbench = pgbench;
    this.out = out;
  }

  /** Measures, telling each round; answers the table. */
  String run() throws IOException, SQLException, InterruptedException {
    Path folder = Files.createTempDirectory("tailrace-bench");
    try (var postgres = EmbeddedPostgres.start(folder.resolve("postgres"), 0, Map.of())) {
      var config =
          new DatabaseConfig(
              postgres.jdbcUrl("postgres"), postgres.user(), "", 2, Duration.ofSeconds(10));
      try (var database = Database.pool(config, "bench", new SimpleMeterRegistry());
          var group = IngestProcess.start("grouped", folder, postgres, plan.jvm(), Map.of());
          var each =
              IngestProcess.start(
                  "single",
                  folder,
                  postgres,
                  List.of(),
                  Map.of(
                      "INGEST_BATCH", "1",
                      "INGEST_WRITERS", "32",
                      "INGEST_DB_POOL_SIZE", "34"))) {
        prepare(database);
        out.printf("warming up, %d s each%n", WARM_UP.toSeconds());
        load(group.port(), WARM_UP);
        load(each.port(), WARM_UP);
        PgBench bench = PgBench.in(pgbench, folder);
        for (int round = 1; round <= plan.rounds(); round++) {
          round(round, database, group.port(), each.port(), bench, postgres);
        }
      }
    }
    return table();
  }

  private void round(
      int number,
      DataSource database,
      int group,
      int each,
      PgBench bench,
      EmbeddedPostgres postgres)
      throws IOException, SQLException, InterruptedException {
    empty(database);
    HttpLoad.Outcome fast = load(group, plan.time());
    grouped.add(fast.perSecond());
    groupedP99.add(fast.millis(99));
    empty(database);
    single.add(load(each, plan.time()).perSecond());
    empty(database);
    peer.add(bench.run(postgres, PGBENCH_CLIENTS, plan.time()));
    empty(database);
    try (var load = load(group, plan.connections())) {
      halfRateP99.add(load.at(fast.perSecond() / 2, plan.time()).millis(99));
    }
    try (var load = load(group, 1)) {
      alone.add(load.asFastAsItGoes(Duration.ofSeconds(2)).millis(50));
    }
    out.printf(
        Locale.ROOT,
        "round %d: (a) %.0f/s  (b) %.0f/s  (c) %.0f/s   a/b %.2f  a/c %.2f   p99 at half %.1f ms   alone %.2f ms   refused %d%n",
        number,
        grouped.getLast(),
        single.getLast(),
        peer.getLast(),
        grouped.getLast() / single.getLast(),
        grouped.getLast() / peer.getLast(),
        halfRateP99.getLast(),
        alone.getLast(),
        fast.refused());
  }

  private HttpLoad.Outcome load(int port, Duration time) throws IOException {
    try (var load = load(port, plan.connections())) {
      return load.asFastAsItGoes(time);
    }
  }

  private static HttpLoad load(int port, int connections) throws IOException {
    return new HttpLoad(port, connections, new SignedEvents(IngestProcess.SECRET, CUSTOMERS));
  }

  private static void prepare(DataSource database) throws SQLException {
    Database.migrate(database);
    execute(
        database,
        """
        insert into organization (id, name, slug)
          select 'org_' || i, 'Organisation ' || i, 'org-' || i from generate_series(0, %1$d) i;
        insert into billing_account (organization_id, stripe_customer_id)
          select 'org_' || i, 'cus_' || i from generate_series(0, %1$d) i"""
            .formatted(CUSTOMERS - 1));
  }

  /** The same start for each: empty tables, and no checkpoint of what was before. */
  private static void empty(DataSource database) throws SQLException {
    execute(database, "truncate webhook_receipt, webhook_body, outbox_event");
    try (var connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(true);
      statement.execute("checkpoint");
    }
  }

  private static void execute(DataSource database, String sql) throws SQLException {
    Database.inTransaction(
        database,
        connection -> {
          try (Statement statement = connection.createStatement()) {
            return statement.execute(sql);
          }
        });
  }

  private String table() {
    double a = Median.of(grouped);
    double b = Median.of(single);
    double c = Median.of(peer);
    return String.format(
        Locale.ROOT,
        """
        | what | median | wanted |
        |---|---|---|
        | (a) ingest-service, %d connections | %.0f webhooks/s | |
        | (b) the same, one transaction per request | %.0f webhooks/s | |
        | (c) pgbench, two inserts a transaction, %d clients | %.0f transactions/s | |
        | a / b | %.2f | at least 2.5 |
        | a / c | %.2f | at least 1.7 |
        | p99 of the answer at half of the peak rate | %.1f ms | under 50 ms |
        | p99 of the answer at the peak rate | %.1f ms | |
        | one request alone, median | %.2f ms | under 5 ms |
        """,
        plan.connections(),
        a,
        b,
        PGBENCH_CLIENTS,
        c,
        a / b,
        a / c,
        Median.of(halfRateP99),
        Median.of(groupedP99),
        Median.of(alone));
  }
}
