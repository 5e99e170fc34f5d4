package dev.tailrace.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.postgresql.replication.PGReplicationStream;

/**
 * Reads a slot and counts inserted rows, without looking into one: the least that a reader of the
 * write-ahead log does.
 */
final class ReaderMain {

  private static final int CONFIRM_EACH = 10_000;
  private static final int STATUS_SECONDS = 1;

  private ReaderMain() {}

  /**
   * Reads until all rows are there, then waits to be ended.
   *
   * @param arguments the database's URL and user, the slot, how many rows, and the two files to
   *     make when the first and when the last is there
   */
  public static void main(String[] arguments)
      throws SQLException, IOException, InterruptedException {
    var settings = new Properties();
    PGProperty.USER.set(settings, arguments[1]);
    PGProperty.REPLICATION.set(settings, "database");
    PGProperty.ASSUME_MIN_SERVER_VERSION.set(settings, "16");
    PGProperty.PREFER_QUERY_MODE.set(settings, "simple");
    try (var connection = DriverManager.getConnection(arguments[0], settings);
        var stream = open(connection.unwrap(PGConnection.class), arguments[2])) {
      awaitInsert(stream);
      Files.createFile(Path.of(arguments[4]));
      count(stream, Long.parseLong(arguments[3]) - 1);
      Files.createFile(Path.of(arguments[5]));
      new CountDownLatch(1).await(); // so that what it took can still be asked for
    }
  }

  private static PGReplicationStream open(PGConnection connection, String slot)
      throws SQLException {
    return connection
        .getReplicationAPI()
        .replicationStream()
        .logical()
        .withSlotName(slot)
        .withSlotOption("proto_version", 1)
        .withSlotOption("publication_names", Slot.PUBLICATION)
        .withStatusInterval(STATUS_SECONDS, TimeUnit.SECONDS)
        .start();
  }

  private static void awaitInsert(PGReplicationStream stream) throws SQLException {
    while (!isInsert(stream.read())) {
      // What announces the transaction and the table.
    }
  }

  private static void count(PGReplicationStream stream, long inserts) throws SQLException {
    for (long left = inserts; left > 0; ) {
      if (isInsert(stream.read())) {
        left--;
        if (left % CONFIRM_EACH == 0) {
          stream.setAppliedLSN(stream.getLastReceiveLSN());
          stream.setFlushedLSN(stream.getLastReceiveLSN());
        }
      }
    }
  }

  private static boolean isInsert(@Nullable ByteBuffer message) {
    return message != null && message.get(message.position()) == 'I';
  }
}
