package dev.tailrace.relay;

import io.debezium.connector.postgresql.TypeRegistry;
import io.debezium.connector.postgresql.connection.Lsn;
import io.debezium.connector.postgresql.connection.ReplicationStream;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.replication.PGReplicationStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream that Debezium reads in its loop. What is read goes to the decoder and from there to
 * Kafka, not through Debezium's queue; so Debezium has nothing to confirm either.
 */
final class DebeziumSlotStream implements ReplicationStream {

  private static final Logger log = LoggerFactory.getLogger(DebeziumSlotStream.class);
  private static final Duration STATUS = Duration.ofSeconds(SlotReading.STATUS_SECONDS);

  /** So long the loop around is kept when nothing comes. */
  private static final Duration WAIT = Duration.ofMillis(100);

  /** So many in a row before the loop around is asked whether to go on. */
  private static final int MESSAGES = 500;

  private final PGReplicationStream stream;
  private final DebeziumDecoder decoder;
  private final TypeRegistry types;
  private final Duration poll;
  private final Lsn start;
  private final Bursts bursts = new Bursts(System::nanoTime);
  private boolean isQuiet;
  private volatile Optional<ExecutorService> keepAlive = Optional.empty();

  /**
   * @param poll how long to wait before it is looked again whether something has come
   */
  DebeziumSlotStream(
      PGReplicationStream stream, DebeziumDecoder decoder, TypeRegistry types, Duration poll) {
    this.stream = stream;
    this.poll = poll;
    this.decoder = decoder;
    this.types = types;
    this.start = Lsn.valueOf(stream.getLastReceiveLSN());
  }

  /**
   * Reads all that is there, or waits a while for something.
   *
   * @return whether something came; and every other time also when nothing did, since Debezium
   *     beats its heart when nothing has come, and goes to sleep when that was so five times
   */
  @Override
  public boolean readPending(ReplicationMessageProcessor processor)
      throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + WAIT.toNanos();
    for (int read = 0; read < MESSAGES; read++) {
      ByteBuffer message = stream.readPending();
      while (message == null) {
        if (read > 0) {
          return true;
        }
        if (System.nanoTime() > deadline) {
          isQuiet = !isQuiet;
          return !isQuiet;
        }
        LockSupport.parkNanos(poll.toNanos());
        message = stream.readPending();
      }
      decode(message);
      LockSupport.parkNanos(bursts.read());
    }
    return true;
  }

  @Override
  public void read(ReplicationMessageProcessor processor) {
    throw new UnsupportedOperationException("Debezium's loop asks for what is pending");
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
    keepAlive = Optional.of(service);
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
    keepAlive.ifPresent(ExecutorService::shutdownNow);
  }

  @Override
  public void close() throws SQLException {
    stopKeepAlive();
    stream.close();
  }
}
