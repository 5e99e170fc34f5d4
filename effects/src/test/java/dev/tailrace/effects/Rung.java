package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.testkit.Call;
import dev.tailrace.testkit.EffectOnceIdempotent;
import dev.tailrace.testkit.OrderPerLane;
import dev.tailrace.testkit.ServiceProcess;
import dev.tailrace.testkit.ServiceProcess.Program;
import dev.tailrace.testkit.TestDatabase;
import dev.tailrace.testkit.TestTopics;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What the destination of {@link RingingMain} has seen. */
final class Rung {

  private Rung() {}

  static void open(TestDatabase database) {
    database.execute(
        """
        create table call (
          id bigserial primary key, lane text, seq text, event text, key text,
          lane_seq bigint, late boolean)""");
    database.execute("create index on call (lane, lane_seq)");
  }

  /**
   * Starts the application.
   *
   * @param options of its JVM
   */
  static ServiceProcess start(
      RingingMain.Place place, TestDatabase database, TestTopics topics, String... options)
      throws IOException {
    var program =
        Program.of(
            RingingMain.class,
            topics.bootstrapServers(),
            topics.prefix(),
            place.state().toString(),
            database.jdbcUrl(),
            database.user(),
            database.password(),
            place.instance(),
            Long.toString(place.call().toMillis()),
            Integer.toString(place.batch()),
            Integer.toString(place.across()));
    return ServiceProcess.start(program, List.of(options), Map.of(), place.log());
  }

  static long carriedOut(TestDatabase database) {
    return database.count("select count(distinct event) from call where not late");
  }

  static long late(TestDatabase database) {
    return database.count("select count(*) from call where late");
  }

  static long done(TestDatabase database) {
    return database.count("select count(*) from effect_done where outcome = 'done'");
  }

  /** Those that were taken, in the order in which they came. */
  static List<Call> calls(TestDatabase database) {
    return database
        .rows("select lane, seq, event, key from call where not late order by id")
        .stream()
        .map(
            row ->
                new Call(text(row, "lane"), text(row, "seq"), text(row, "event"), text(row, "key")))
        .toList();
  }

  /** Each was carried out, in order, and repeated under its own key alone. */
  static void check(List<Call> calls, int effects) {
    assertThat(calls.stream().map(Call::eventId).distinct())
        .as("each event was carried out")
        .hasSize(effects);
    new OrderPerLane(calls).check();
    new EffectOnceIdempotent(calls).check();
  }

  private static String text(Map<String, ?> row, String column) {
    return String.valueOf(row.get(column));
  }
}
