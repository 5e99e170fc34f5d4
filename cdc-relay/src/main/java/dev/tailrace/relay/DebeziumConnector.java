package dev.tailrace.relay;

import io.debezium.connector.postgresql.PostgresConnector;
import org.apache.kafka.connect.connector.Task;

/** Debezium's connector for Postgres, reading as {@link DebeziumTask} does. */
public final class DebeziumConnector extends PostgresConnector {

  @Override
  public Class<? extends Task> taskClass() {
    return DebeziumTask.class;
  }
}
