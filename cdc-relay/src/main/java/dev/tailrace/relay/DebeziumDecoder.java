package dev.tailrace.relay;

import io.debezium.connector.postgresql.PostgresSchema;
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
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Debezium's decoder of pgoutput, whose messages become {@link WalEvent}s at once.
 *
 * <p>Debezium would make a record of Connect of each row, with schemas, offsets and a copy of where
 * it came from, which an outbox has no use for and which costs several times what the decoding
 * does. And it drops what the relay needs: where a transaction's commit record begins stands in its
 * BEGIN message alone. So rows are read here, by what Debezium knows of their relation.
 */
final class DebeziumDecoder extends PgOutputMessageDecoder {

  /** The logical message that asks for a row once more; its content is the row's id. */
  static final String RESEND = "tailrace.resend";

  private static final byte BEGIN = 'B';
  private static final byte INSERT = 'I';
  private static final byte RELATION = 'R';

  /** Where an insert's tuple begins: behind its kind, the relation's id, and a mark. */
  private static final int TUPLE = 1 + Integer.BYTES + 1;

  private final PostgresSchema schema;
  private final Intake intake;
  private final Map<Integer, TupleDecoder> tuples = new HashMap<>();
  private final ReplicationMessageProcessor taken = this::take;
  private long messageLsn;
  private long commitLsn;
  private Instant committedAt = Instant.EPOCH;

  DebeziumDecoder(MessageDecoderContext context, PostgresConnection connection, Intake intake) {
    super(context, connection);
    this.schema = context.getSchema();
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
    int start = message.position();
    switch (message.get(start)) {
      case INSERT -> {
        int relation = message.getInt(start + 1);
        message.position(start + TUPLE);
        intake.put(new WalEvent.Inserted(tuples(relation).row(message, committedAt)));
      }
      case BEGIN -> {
        commitLsn = message.getLong(start + 1);
        processMessage(message, taken, types);
      }
      case RELATION -> {
        tuples.clear();
        processMessage(message, taken, types);
      }
      default -> processMessage(message, taken, types);
    }
  }

  private void take(ReplicationMessage message) throws InterruptedException {
    switch (message.getOperation()) {
      case BEGIN -> {
        committedAt = message.getCommitTime();
        intake.put(
            new WalEvent.Begin(commitLsn, message.getTransactionId().orElseThrow(), committedAt));
      }
      case COMMIT -> intake.put(new WalEvent.End(messageLsn));
      case MESSAGE -> message((LogicalDecodingMessage) message);
      case INSERT, UPDATE, DELETE, TRUNCATE, NOOP, ORIGIN -> {
        // Inserts are read before, and the publication has nothing else.
      }
    }
  }

  private void message(LogicalDecodingMessage message) throws InterruptedException {
    if (message.isLastEventForLsn()) {
      intake.put(new WalEvent.Passed(messageLsn));
    } else {
      Optional<WalEvent> asked = asked(message.getPrefix(), message.getContent());
      if (asked.isPresent()) {
        intake.put(asked.get());
      }
    }
  }

  private static Optional<WalEvent> asked(String prefix, byte[] content) {
    return switch (prefix) {
      case RESEND -> id(content).map(WalEvent.ResendAsked::new);
      case CutOver.MESSAGE -> CutOver.read(content).map(WalEvent.CutOverAsked::new);
      default -> Optional.empty();
    };
  }

  /** Anybody may write a message: one that is none of ours is passed over. */
  private static Optional<UUID> id(byte[] content) {
    try {
      return Optional.of(UUID.fromString(new String(content, StandardCharsets.UTF_8)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private TupleDecoder tuples(int relation) {
    TupleDecoder known = tuples.get(relation);
    if (known == null) {
      known = new TupleDecoder(schema.tableFor(relation).retrieveColumnNames());
      tuples.put(relation, known);
    }
    return known;
  }
}
