package dev.tailrace.relay;

import io.debezium.connector.postgresql.TypeRegistry;
import io.debezium.connector.postgresql.connection.Lsn;
import io.debezium.connector.postgresql.connection.ReplicationConnection;
import io.debezium.connector.postgresql.connection.ReplicationStream;
import io.debezium.connector.postgresql.connection.WalPositionLocator;
import io.debezium.connector.postgresql.spi.SlotCreationResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * How Debezium reaches the slot, with what it leaves out: nothing makes a slot here, and where the
 * reading begins is where the slot was confirmed, never an offset of Debezium's own.
 */
final class DebeziumSlotConnection implements ReplicationConnection {

  private final SlotReading reading;
  private final DebeziumDecoder decoder;
  private final TypeRegistry types;
  private Optional<Connection> connection = Optional.empty();

  DebeziumSlotConnection(SlotReading reading, DebeziumDecoder decoder, TypeRegistry types) {
    this.reading = reading;
    this.decoder = decoder;
    this.types = types;
  }

  @Override
  public ReplicationStream startStreaming(WalPositionLocator position) throws SQLException {
    Connection fresh = reading.connect();
    connection = Optional.of(fresh);
    return new DebeziumSlotStream(reading.start(fresh), decoder, types, reading.poll());
  }

  @Override
  public ReplicationStream startStreaming(Lsn offset, WalPositionLocator position)
      throws SQLException {
    return startStreaming(position);
  }

  @Override
  public Optional<SlotCreationResult> createReplicationSlot() throws SQLException {
    throw new SQLException("the slot is gone");
  }

  @Override
  public void initConnection() {
    // There is one connection, made when streaming starts.
  }

  @Override
  public boolean isConnected() throws SQLException {
    return connection.isPresent() && !connection.get().isClosed();
  }

  @Override
  public void reconnect() throws SQLException {
    throw new SQLException("a stream that broke is not mended: a new engine is made");
  }

  @Override
  public void close() throws SQLException {
    if (connection.isPresent()) {
      connection.get().close();
    }
  }
}
