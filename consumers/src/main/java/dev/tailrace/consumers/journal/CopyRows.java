package dev.tailrace.consumers.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Rows in the binary form of Postgres' COPY, which needs no escaping and is not parsed there: by
 * far the cheapest way in.
 *
 * <p>Values are written in the order of the table's columns; types must be exactly theirs, since
 * the form says only how long a value is.
 */
final class CopyRows {

  private static final byte[] HEADER = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
  };
  private static final short END = -1;
  private static final int NULL = -1;
  private static final int FIRST_CAPACITY = 1 << 16;
  private static final int MOST_FIXED = 32;

  /** Postgres counts from here, in microseconds. */
  private static final long EPOCH_SECOND = Instant.parse("2000-01-01T00:00:00Z").getEpochSecond();

  private static final long MICROS = 1_000_000;
  private static final int NANOS_OF_MICRO = 1_000;

  private ByteBuffer bytes = ByteBuffer.allocate(FIRST_CAPACITY).put(HEADER);
  private int rows;

  /** Begins a row. */
  CopyRows row(int columns) {
    rows++;
    room(MOST_FIXED).putShort((short) columns);
    return this;
  }

  /** An {@code uuid}. */
  CopyRows id(UUID id) {
    room(MOST_FIXED)
        .putInt(2 * Long.BYTES)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits());
    return this;
  }

  CopyRows id(Optional<UUID> id) {
    return id.map(this::id).orElseGet(this::none);
  }

  /** An {@code integer}. */
  CopyRows integer(int number) {
    room(MOST_FIXED).putInt(Integer.BYTES).putInt(number);
    return this;
  }

  /** A {@code bigint}. */
  CopyRows bigint(long number) {
    room(MOST_FIXED).putInt(Long.BYTES).putLong(number);
    return this;
  }

  /** A {@code timestamptz}, cut to microseconds. */
  CopyRows time(Instant time) {
    return bigint(
        (time.getEpochSecond() - EPOCH_SECOND) * MICROS + time.getNano() / NANOS_OF_MICRO);
  }

  CopyRows time(Optional<Instant> time) {
    return time.map(this::time).orElseGet(this::none);
  }

  /** A {@code text}; the one character that Postgres does not take is replaced. */
  CopyRows text(String text) {
    String legal = text.indexOf('\0') < 0 ? text : text.replace('\0', '\uFFFD');
    byte[] utf8 = legal.getBytes(StandardCharsets.UTF_8);
    room(MOST_FIXED + utf8.length).putInt(utf8.length).put(utf8);
    return this;
  }

  CopyRows text(Optional<String> text) {
    return text.map(this::text).orElseGet(this::none);
  }

  private CopyRows none() {
    room(MOST_FIXED).putInt(NULL);
    return this;
  }

  private ByteBuffer room(int more) {
    if (bytes.remaining() < more) {
      int capacity = Math.max(Math.multiplyExact(bytes.capacity(), 2), bytes.position() + more);
      bytes = ByteBuffer.allocate(capacity).put(bytes.flip());
    }
    return bytes;
  }

  /**
   * Sends the rows.
   *
   * @param table with its columns, as COPY wants them
   * @return how many
   */
  int into(Connection connection, String table) throws SQLException {
    if (rows > 0) {
      room(MOST_FIXED).putShort(END);
      CopyIn copy =
          connection
              .unwrap(PGConnection.class)
              .getCopyAPI()
              .copyIn("copy " + table + " from stdin (format binary)");
      try {
        copy.writeToCopy(bytes.array(), 0, bytes.position());
        copy.endCopy();
      } finally {
        if (copy.isActive()) {
          copy.cancelCopy();
        }
      }
    }
    return rows;
  }
}
