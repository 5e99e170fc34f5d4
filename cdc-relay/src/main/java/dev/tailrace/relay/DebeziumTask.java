package dev.tailrace.relay;

import io.debezium.config.Configuration;
import io.debezium.connector.postgresql.PostgresConnectorConfig;
import io.debezium.connector.postgresql.PostgresConnectorTask;
import io.debezium.connector.postgresql.PostgresOffsetContext;
import io.debezium.connector.postgresql.PostgresPartition;
import io.debezium.connector.postgresql.PostgresSchema;
import io.debezium.connector.postgresql.connection.MessageDecoderContext;
import io.debezium.connector.postgresql.connection.PostgresConnection;
import io.debezium.connector.postgresql.connection.ReplicationConnection;
import io.debezium.pipeline.ChangeEventSourceCoordinator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Debezium's task for Postgres with a replication connection of the relay's own.
 *
 * <p>Debezium makes it by the name of its class and hands it nothing but texts, so what it is to
 * read is found by a name among the {@link #READINGS}.
 */
public final class DebeziumTask extends PostgresConnectorTask {

  /** The setting that names the reading. */
  static final String READING = "tailrace.reading";

  /** Those whose engine is at work. */
  static final Map<String, SlotReading> READINGS = new ConcurrentHashMap<>();

  private Optional<SlotReading> reading = Optional.empty();

  @Override
  public ChangeEventSourceCoordinator<PostgresPartition, PostgresOffsetContext> start(
      Configuration settings) {
    reading = Optional.ofNullable(READINGS.get(settings.getString(READING)));
    return super.start(settings);
  }

  @Override
  protected ReplicationConnection buildReplicationConnection(
      PostgresConnection connection, PostgresSchema schema, PostgresConnectorConfig config) {
    SlotReading wanted = reading.orElseThrow(() -> new IllegalStateException("the reading ended"));
    var decoder =
        new DebeziumDecoder(new MessageDecoderContext(config, schema), connection, wanted.intake());
    return new DebeziumSlotConnection(wanted, decoder, connection.getTypeRegistry());
  }
}
