package dev.tailrace.benchmarks;

import dev.tailrace.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * PostgreSQL's own pgbench, doing what a webhook needs at the least: its receipt and its outbox
 * row, in one transaction. It neither checks a signature nor reads JSON nor speaks HTTP, and it
 * does not keep the raw body, which Tailrace does.
 */
record PgBench(Path program, Path script) {

  private static final Pattern RATE = Pattern.compile("tps = ([0-9.]+)");

  /** The one on the path, else the newest of those that Debian's packages install. */
  static Optional<Path> find() {
    Stream<Path> onPath =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
            .filter(folder -> !folder.isBlank())
            .map(folder -> Path.of(folder, "pgbench"));
    return Stream.concat(debians(), onPath).filter(Files::isExecutable).findFirst();
  }

  private static Stream<Path> debians() {
    try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
      return versions
          .sorted(Comparator.reverseOrder())
          .map(version -> version.resolve("bin/pgbench"))
          .toList()
          .stream();
    } catch (IOException e) {
      return Stream.empty();
    }
  }

  static PgBench in(Path program, Path folder) throws IOException {
    Path script = folder.resolve("two-inserts.sql");
    Files.writeString(script, transaction("x".repeat(1000)));
    return new PgBench(program, script);
  }

  private static String transaction(String payload) {
    return """
      begin;
      insert into webhook_receipt (source, dedupe_key, outcome, event_id)
        values ('stripe', 'evt_' || uuidv7(), 'accepted', uuidv7());
      insert into outbox_event (id, tenant_id, aggregate_type, aggregate_id, type, payload, headers, occurred_at)
        values (uuidv7(), 'org_1', 'stripe_customer', 'cus_1', 'stripe' || chr(58) || 'customer.subscription.updated',
          '%s', '{"version": 1}', now());
      end;
      """
        .formatted(payload);
  }

  /** Transactions a second, with so many clients. */
  double run(EmbeddedPostgres postgres, int clients, Duration time)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                List.of(
                    program.toString(),
                    "-n",
                    "-M",
                    "prepared",
                    "-c",
                    Integer.toString(clients),
                    "-j",
                    "2",
                    "-T",
                    Long.toString(time.toSeconds()),
                    "-f",
                    script.toString(),
                    "-h",
                    "127.0.0.1",
                    "-p",
                    Integer.toString(postgres.port()),
                    "-U",
                    postgres.user(),
                    "postgres"))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher rate = RATE.matcher(output);
    if (process.waitFor() != 0 || !rate.find()) {
      throw new IOException("pgbench failed: " + output);
    }
    return Double.parseDouble(rate.group(1));
  }
}
