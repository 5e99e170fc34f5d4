package dev.tailrace.relay;

import io.debezium.connector.postgresql.TypeRegistry;
import io.debezium.connector.postgresql.connection.LogicalDecodingMessage;
import io.debezium.connector.postgresql.connection.MessageDecoderContext;
import io.debezium.connector.postgresql.connection.PostgresConnection;
import io.debezium.connector.postgresql.connection.ReplicationMessage;
import io.debezium.connector.postgresql.connection.ReplicationStream.ReplicationMessageProcessor;
import io.debezium.connector.postgresql.connection.pgoutput.PgOutputMessageDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Debezium's decoder of pgoutput, whose messages become {@link WalEvent}s at once.
 *
 * <p>Debezium would make a record of Connect of each, with schemas, offsets and a copy of where it
 * came from, which an outbox has no use for and which costs several times what the decoding does.
 * And it drops what the relay needs: where a transaction's commit record begins stands in its BEGIN
 * message alone.
 */
final class OutboxDecoder extends PgOutputMessageDecoder {

  /** The logical message that asks for a row once more; its content is the row's id. */
  static final String RESEND = "tailrace.resend";

  private final Intake intake;
  private final ReplicationMessageProcessor taken = this::take;
  private long messageLsn;
  private long commitLsn;
  private Instant committedAt = Instant.EPOCH;

  OutboxDecoder(MessageDecoderContext context, PostgresConnection connection, Intake intake) {
    super(context, connection);
    this.intake = intake;
  }

  /**
   * Takes one message of the slot.
   *
   * @param lsn that the slot sent with it
   */
  void decode(ByteBuffer message, long lsn, TypeRegistry types)
      throws SQLException, InterruptedException {
    messageLsn = lsn;
    if (message.get(message.position()) == 'B') {
      commitLsn = message.getLong(message.position() + 1);
    }
    processMessage(message, taken, types);
  }

  private void take(ReplicationMessage message) throws InterruptedException {
    switch (message.getOperation()) {
      case BEGIN -> {
        committedAt = message.getCommitTime();
        intake.put(
            new WalEvent.Begin(commitLsn, message.getTransactionId().orElseThrow(), committedAt));
      }
      case INSERT -> intake.put(new WalEvent.Inserted(row(message.getNewTupleList())));
      case COMMIT -> intake.put(new WalEvent.End(messageLsn));
      case MESSAGE -> message((LogicalDecodingMessage) message);
      case UPDATE, DELETE, TRUNCATE, NOOP, ORIGIN -> {
        // The publication has inserts of one table alone.
      }
    }
  }

  private void message(LogicalDecodingMessage message) throws InterruptedException {
    if (message.isLastEventForLsn()) {
      intake.put(new WalEvent.Passed(messageLsn));
    } else if (message.getPrefix().equals(RESEND)) {
      var id = new String(message.getContent(), StandardCharsets.UTF_8);
      intake.put(new WalEvent.ResendAsked(UUID.fromString(id)));
    }
  }

  private OutboxRow row(List<ReplicationMessage.Column> columns) {
    var row = new Columns(columns);
    return new OutboxRow(
        UUID.fromString(row.text("id")),
        row.text("tenant_id"),
        row.text("aggregate_type"),
        row.text("aggregate_id"),
        row.text("type"),
        row.text("payload"),
        row.text("headers"),
        row.instant("occurred_at"),
        committedAt);
  }

  /** Asked for in the order of the publication, and found at once then. */
  private static final class Columns {
    private final List<ReplicationMessage.Column> columns;
    private int next;

    Columns(List<ReplicationMessage.Column> columns) {
      this.columns = columns;
    }

    String text(String name) {
      return (String) value(name);
    }

    Instant instant(String name) {
      return ((OffsetDateTime) value(name)).toInstant();
    }

    private Object value(String name) {
      for (int tried = 0; tried < columns.size(); tried++) {
        ReplicationMessage.Column column = columns.get(next);
        next = (next + 1) % columns.size();
        if (column.getName().equals(name)) {
          return present(name, column.getValue(() -> null, false));
        }
      }
      throw new CannotGoOnException("the publication has no column " + name + " of outbox_event");
    }

    private static Object present(String name, @Nullable Object value) {
      if (value == null) {
        throw new CannotGoOnException("column " + name + " of outbox_event is null");
      }
      return value;
    }
  }
}
