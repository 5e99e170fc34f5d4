package dev.tailrace.relay;

import io.debezium.connector.postgresql.TypeRegistry;
import io.debezium.connector.postgresql.connection.Lsn;
import io.debezium.connector.postgresql.connection.ReplicationStream;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.replication.PGReplicationStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream that Debezium reads in its loop. What is read goes to the decoder and from there to
 * Kafka, not through Debezium's queue; so Debezium has nothing to confirm either.
 */
final class SlotStream implements ReplicationStream {

  private static final Logger log = LoggerFactory.getLogger(SlotStream.class);
  private static final Duration STATUS = Duration.ofSeconds(SlotReading.STATUS_SECONDS);

  /** So many in a row before the loop around is asked whether to go on. */
  private static final int MESSAGES = 500;

  private final PGReplicationStream stream;
  private final OutboxDecoder decoder;
  private final TypeRegistry types;
  private final Lsn start;

  SlotStream(PGReplicationStream stream, OutboxDecoder decoder, TypeRegistry types) {
    this.stream = stream;
    this.decoder = decoder;
    this.types = types;
    this.start = Lsn.valueOf(stream.getLastReceiveLSN());
  }

  @Override
  public boolean readPending(ReplicationMessageProcessor processor)
      throws SQLException, InterruptedException {
    for (int read = 0; read < MESSAGES; read++) {
      ByteBuffer message = stream.readPending();
      if (message == null) {
        return read > 0;
      }
      decode(message);
    }
    return true;
  }

  @Override
  public void read(ReplicationMessageProcessor processor)
      throws SQLException, InterruptedException {
    decode(stream.read());
  }

  private void decode(ByteBuffer message) throws SQLException, InterruptedException {
    decoder.decode(message, stream.getLastReceiveLSN().asLong(), types);
  }

  @Override
  public void flushLsn(Lsn lsn) {
    // Only what is in Kafka is confirmed, and that is not Debezium's to know.
  }

  @Override
  public Lsn lastReceivedLsn() {
    return Lsn.valueOf(stream.getLastReceiveLSN());
  }

  @Override
  public Lsn startLsn() {
    return start;
  }

  /** Postgres hears of the reader also while that waits for room, for as long as Kafka is away. */
  @Override
  public void startKeepAlive(ExecutorService service) {
    var _ =
        service.submit(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                LockSupport.parkNanos(STATUS.toNanos());
                try {
                  stream.forceUpdateStatus();
                } catch (SQLException e) {
                  log.atDebug().setCause(e).log("the stream has ended");
                  return;
                }
              }
            });
  }

  @Override
  public void stopKeepAlive() {
    // Ends with the connection: its first failure is its last.
  }

  @Override
  public void close() throws SQLException {
    stream.close();
  }
}
