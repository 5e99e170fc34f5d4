package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DedupeRetentionIT {

  private TestDatabase database;
  private Instant limit;

  @BeforeEach
  void arrange() throws SQLException {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
    limit = Instant.now().minus(OutboxRetention.DEDUPE_KEPT);
    keys("old", 1_000, limit.minus(Duration.ofHours(1)));
    keys("young", 10, limit.plus(Duration.ofHours(1)));
  }

  private void keys(String prefix, int count, Instant from) {
    database.execute(
        """
        insert into outbox_dedupe (type, dedupe_key, event_id, created_at)
        select 'kitchen.task.claimed', ? || i, gen_random_uuid(), ?::timestamptz + i * interval '1 ms'
        from generate_series(1, ?) i""",
        prefix,
        from,
        count);
  }

  @AfterEach
  void clear() {
    database.close();
  }

  @Test
  void deletesOldKeysSomeAtATime() throws SQLException {
    assertThat(delete(new DedupeRetention(300, 2))).as("the most of one run").isEqualTo(600);
    assertThat(delete(new DedupeRetention(300, 2))).isEqualTo(400);
    assertThat(delete(new DedupeRetention(300, 2))).isZero();
    assertThat(database.strings("select distinct left(dedupe_key, 5) from outbox_dedupe"))
        .containsExactly("young");
  }

  @Test
  void deletesKeysOfOneInstantAlso() throws SQLException {
    database.execute("update outbox_dedupe set created_at = ? where dedupe_key like 'old%'", limit);
    assertThat(delete(new DedupeRetention(300, 10))).isZero();
    database.execute(
        "update outbox_dedupe set created_at = ? where dedupe_key like 'old%'",
        limit.minusMillis(1));
    assertThat(delete(new DedupeRetention(300, 10))).isEqualTo(1_000);
  }

  private long delete(DedupeRetention retention) throws SQLException {
    try (Connection connection = database.connect()) {
      return retention.deleteBefore(connection, limit);
    }
  }
}
