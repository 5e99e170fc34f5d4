package dev.tailrace.contracts.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.NewEvent;
import dev.tailrace.contracts.event.Origin;
import dev.tailrace.contracts.event.Problem;
import dev.tailrace.testkit.Seeds;
import dev.tailrace.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * {@code select outbox_append(...)}, and that it knows right from wrong as the Java append does.
 */
class OutboxAppendSqlIT {

  private static final String CLAIMED =
      """
      {"taskId": "task-1",  "employeeId": "emp-1", "claimedAt": "2026-01-31T12:00:00Z"}""";

  private static TestDatabase database;

  @BeforeAll
  static void migrate() throws SQLException {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
  }

  @AfterAll
  static void drop() {
    database.close();
  }

  private static Map<String, @Nullable Object> append(String arguments, Object... values) {
    return database
        .rows("select id, duplicate from outbox_append(" + arguments + ")", values)
        .getFirst();
  }

  @Test
  void aTextIsKeptByteForByte() {
    Object id = append("'kitchen.task.claimed', 'org_1', 'task-1', ?", CLAIMED).get("id");

    assertThat(database.rows("select * from outbox_event where id = ?", id).getFirst())
        .containsEntry("payload", CLAIMED)
        .containsEntry("aggregate_type", "kitchen_task")
        .containsEntry("headers", "{\"version\": 1}");
  }

  @Test
  void jsonOfTheCallersOwnMakingIsTaken() {
    Object id =
        append(
                """
                type => 'kitchen.task.claimed', tenant_id => 'org_1', aggregate_id => 'task-2',
                payload => jsonb_build_object('taskId', 'task-2', 'employeeId', 'emp-1', 'claimedAt', '2026-01-31T12:00:00Z'),
                traceparent => '00-a-b-01'""")
            .get("id");

    assertThat(
            database
                .rows("select headers from outbox_event where id = ?", id)
                .getFirst()
                .get("headers"))
        .isEqualTo("{\"version\": 1, \"traceparent\": \"00-a-b-01\"}");
  }

  /**
   * Drizzle, and node-postgres under it, send every value as text without a type and leave the type
   * to Postgres; Prisma's raw queries send strings as text. All within the caller's transaction.
   */
  @Test
  void itIsCalledAsTheMappersOfOtherLanguagesCallIt() throws SQLException {
    for (String untyped : List.of("", "&stringtype=unspecified")) {
      String task = "task-mapper-" + untyped.length();
      try (Connection connection =
          DriverManager.getConnection(
              database.jdbcUrl() + "?ApplicationName=mapper" + untyped,
              database.user(),
              database.password())) {
        connection.setAutoCommit(false);
        try (PreparedStatement append =
            connection.prepareStatement(
                """
                select id, duplicate from outbox_append(
                  type => ?, tenant_id => ?, aggregate_id => ?, payload => ?, dedupe_key => ?)""")) {
          String[] values = {"kitchen.task.claimed", "org_1", task, CLAIMED, task};
          for (int i = 0; i < values.length; i++) {
            append.setString(i + 1, values[i]);
          }
          try (ResultSet row = append.executeQuery()) {
            assertThat(row.next()).isTrue();
            assertThat(row.getBoolean("duplicate")).isFalse();
          }
        }
        assertThat(appended(task)).isZero();
        connection.commit();
      }
      assertThat(appended(task)).isOne();
    }
  }

  private static long appended(String task) {
    return database.count("select count(*) from outbox_event where aggregate_id = ?", task);
  }

  @Test
  void aSecondAppendOfADedupeKeySaysSo() {
    String arguments = "'kitchen.task.claimed', 'org_1', 'task-3', ?, dedupe_key => 'once'";
    Map<String, @Nullable Object> first = append(arguments, CLAIMED);
    Map<String, @Nullable Object> second = append(arguments, CLAIMED);

    assertThat(first).containsEntry("duplicate", false);
    assertThat(second).containsEntry("duplicate", true).containsEntry("id", first.get("id"));
    assertThat(database.count("select count(*) from outbox_event where aggregate_id = 'task-3'"))
        .isOne();
  }

  @Test
  void aCallIsNamedByItsProcedureAndDeliveriesAreNotForPublishers() {
    append("'rpc:shop.placeOrder', 'org_1', 'order-1', '{\"input\": {}, \"output\": {}}'");

    assertThat(
            database.strings(
                "select aggregate_type from outbox_event where aggregate_id = 'order-1'"))
        .containsExactly("procedure");
    for (String type : List.of("rpc:*", "rpc:", "acme:received", "*:received")) {
      assertThatThrownBy(() -> append("?, 'org_1', 'x', '{\"id\": \"1\", \"raw\": {}}'", type))
          .hasStackTraceContaining("is not in the catalogue");
    }
  }

  @Test
  void everythingThatIsWrongIsToldAtOnce() {
    assertThatThrownBy(
            () ->
                append(
                    "'kitchen.task.progress', 'a:b', ' ', ?",
                    "{\"taskId\":\"t\",\"progressPercent\":140,\"updatedAt\":\"noon\"}"))
        .hasStackTraceContaining("/tenantId must have no ':', '*', blanks or control characters")
        .hasStackTraceContaining("/aggregateId must not be blank")
        .hasStackTraceContaining("/payload/employeeId is missing")
        .hasStackTraceContaining("/payload/progressPercent must be at most 100, was 140")
        .hasStackTraceContaining("/payload/updatedAt must be an instant");
    assertThatThrownBy(() -> append("'kitchen.task.eaten', 'org_1', 'x', '{}'"))
        .hasStackTraceContaining("/type 'kitchen.task.eaten' is not in the catalogue");
    assertThatThrownBy(
            () ->
                append(
                    "'kitchen.task.claimed', 'org_1', 'x', ?",
                    CLAIMED.replace("{", "{\"taskId\": \"other\", ")))
        .hasStackTraceContaining("/payload has a key that stands twice in one object");
    assertThatThrownBy(
            () -> append("'kitchen.task.claimed', 'org_1', 'x', ?", CLAIMED.replace("Z\"", "\"")))
        .hasStackTraceContaining("/payload/claimedAt must be an instant");
    assertThatThrownBy(() -> append("'kitchen.task.claimed', 'org_1', 'x', 'no json'"))
        .hasStackTraceContaining("/payload is no JSON");
    assertThatThrownBy(
            () ->
                append(
                    "'kitchen.task.claimed', 'org_1', 'x', ?",
                    "{\"x\":\"" + "y".repeat(900_000) + "\"}"))
        .hasStackTraceContaining("at most 900000 are taken");
  }

  @Test
  void javaAndSqlFindTheSameFaults() {
    List<EventType<?>> types =
        Stream.<EventType<?>>concat(
                Catalogue.types().stream().filter(type -> !type.isFamily()),
                Stream.of(Catalogue.rpc("machine.reportStatus")))
            .toList();
    Seeds.forEach(
        300,
        seed -> {
          EventType<?> type = seed.oneOf(types);
          ObjectNode payload = SamplePayloads.of(type, seed);
          SamplePayloads.spoil(payload, seed);

          assertThat(pathsInSql(type, payload))
              .as("faults of %s %s", type.name(), payload)
              .isEqualTo(pathsInJava(type, payload));
        });
  }

  private static SortedSet<String> pathsInJava(EventType<?> type, ObjectNode payload) {
    var paths = new TreeSet<String>();
    new NewEvent(
            type,
            "org_1",
            type.aggregateType(),
            "id",
            Instant.EPOCH,
            Json.write(payload),
            Optional.empty(),
            Origin.NONE)
        .check().stream().map(Problem::path).forEach(paths::add);
    return paths;
  }

  private static SortedSet<String> pathsInSql(EventType<?> type, ObjectNode payload) {
    var paths = new TreeSet<String>();
    database
        .strings(
            "select outbox_json_problems(schema, ?::jsonb, '/payload') from event_type where name = outbox_type_line(?)",
            Json.write(payload),
            type.name())
        .forEach(problem -> paths.add(problem.substring(0, problem.indexOf(' '))));
    return paths;
  }
}
