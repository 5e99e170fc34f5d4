package dev.tailrace.relay;

import io.debezium.connector.postgresql.PostgresConnector;
import org.apache.kafka.connect.connector.Task;

/** Debezium's connector for Postgres, reading as {@link OutboxTask} does. */
public final class OutboxConnector extends PostgresConnector {

  @Override
  public Class<? extends Task> taskClass() {
    return OutboxTask.class;
  }
}
