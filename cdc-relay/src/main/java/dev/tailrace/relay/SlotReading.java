package dev.tailrace.relay;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One reading of the slot, from its start to the loss of its connection. */
final class SlotReading {

  private static final Logger log = LoggerFactory.getLogger(SlotReading.class);

  /** Postgres gives a reader up that has been silent for as long as {@link Postgres} asks for. */
  static final int STATUS_SECONDS = 3;

  private final Postgres postgres;
  private final RelayConfig config;
  private final Intake intake;
  private final Runnable begun;
  private volatile Optional<Connection> connection = Optional.empty();
  private volatile Optional<PGReplicationStream> stream = Optional.empty();
  private volatile int backend;

  /**
   * @param begun is run when the slot is read
   */
  SlotReading(Postgres postgres, RelayConfig config, Intake intake, Runnable begun) {
    this.postgres = postgres;
    this.config = config;
    this.intake = intake;
    this.begun = begun;
  }

  Duration poll() {
    return config.reading().poll();
  }

  Intake intake() {
    return intake;
  }

  Connection connect() throws SQLException {
    Connection fresh = postgres.connectForReplication();
    connection = Optional.of(fresh);
    return fresh;
  }

  /** Frees the slot, whatever the engine is about. */
  void close() {
    intake.close();
    if (connection.isPresent()) {
      try {
        connection.get().close();
      } catch (SQLException e) {
        log.atDebug().setCause(e).log("the connection had ended already");
      }
    }
  }

  /** Begins where the slot was confirmed last. */
  PGReplicationStream start(Connection connection) throws SQLException {
    PGReplicationStream started =
        connection
            .unwrap(PGConnection.class)
            .getReplicationAPI()
            .replicationStream()
            .logical()
            .withSlotName(config.slot().name())
            .withAutomaticFlush(false)
            .withStatusInterval(STATUS_SECONDS, TimeUnit.SECONDS)
            .withSlotOption("proto_version", 1)
            .withSlotOption("publication_names", config.slot().publication())
            .withSlotOption("messages", true)
            .start();
    backend = connection.unwrap(PGConnection.class).getBackendPID();
    stream = Optional.of(started);
    begun.run();
    return started;
  }

  /**
   * Asks Postgres, on another connection, whether this is what reads the slot: a connection that a
   * device on the way has forgotten is dead, and nobody says so.
   *
   * @throws SQLException when it is not, or Postgres does not answer
   */
  void check() throws SQLException {
    var slot = new PostgresSlot(postgres, config.slot().name());
    if (stream.isPresent() && !slot.look().equals(new SlotState.Taken(backend))) {
      throw new SQLException("the connection to the slot is dead: Postgres has given it up");
    }
  }

  /**
   * Tells Postgres that all up to there is in Kafka, so that it need not be kept nor sent again.
   */
  void confirm(long lsn) throws SQLException {
    if (stream.isPresent()) {
      PGReplicationStream reading = stream.get();
      LogSequenceNumber confirmed = LogSequenceNumber.valueOf(lsn);
      reading.setFlushedLSN(confirmed);
      reading.setAppliedLSN(confirmed);
      reading.forceUpdateStatus();
    }
  }
}
