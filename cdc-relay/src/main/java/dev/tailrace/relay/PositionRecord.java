package dev.tailrace.relay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.postgresql.replication.LogSequenceNumber;

/** A position as the value of a record in {@code relay.positions}: one line of JSON. */
final class PositionRecord {

  private static final String BACKFILLING = "backfilling";
  private static final String STREAMING = "streaming";
  private static final String DRAINED = "drained";

  private PositionRecord() {}

  static String write(Position position) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("phase", phase(position));
    json.put("nextSeq", position.nextSeq());
    json.put("systemIdentifier", position.server().systemIdentifier());
    json.put("timeline", position.server().timeline());
    switch (position) {
      case Position.Backfilling begun -> since(json, begun.since());
      case Position.Streaming streaming -> {
        since(json, streaming.since());
        json.put("confirmable", lsn(streaming.confirmable()));
        streaming.last().ifPresent(last -> write(json, last));
      }
      case Position.Drained drained -> {
        switch (drained.end()) {
          case Position.End.Seen seen -> {
            json.put("confirmable", lsn(seen.confirmable()));
            write(json, seen.at());
          }
          case Position.End.Unseen unseen -> since(json, unseen.committedUpTo());
        }
        CutOver cutOver = drained.cutOver();
        json.put("cutOver", cutOver.id())
            .put("slot", cutOver.slot())
            .put("from", cutOver.from())
            .put("to", cutOver.to());
      }
    }
    return json.toString();
  }

  private static String phase(Position position) {
    return switch (position) {
      case Position.Backfilling _ -> BACKFILLING;
      case Position.Streaming _ -> STREAMING;
      case Position.Drained _ -> DRAINED;
    };
  }

  private static void since(ObjectNode json, Optional<Instant> since) {
    since.ifPresent(instant -> json.put("since", instant.toString()));
  }

  private static void write(ObjectNode json, LastTransaction last) {
    json.put("commit", lsn(last.commitLsn()))
        .put("transaction", last.xid())
        .put("committedAt", last.committedAt().toString())
        .put("rows", last.rows());
  }

  private static String lsn(long lsn) {
    return LogSequenceNumber.valueOf(lsn).asString();
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException when it is something else
   */
  static Position read(String text) {
    try {
      JsonNode json = Json.read(text);
      long nextSeq = json.path("nextSeq").asLong();
      String phase = json.path("phase").asText();
      if (nextSeq >= Seq.FIRST && phase.equals(BACKFILLING)) {
        return new Position.Backfilling(nextSeq, server(json), instant(json, "since"));
      }
      if (nextSeq >= Seq.FIRST && phase.equals(DRAINED)) {
        return new Position.Drained(nextSeq, server(json), cutOver(json), end(json));
      }
      if (nextSeq >= Seq.FIRST && phase.equals(STREAMING)) {
        return new Position.Streaming(
            nextSeq, server(json), lsn(json, "confirmable"), last(json), instant(json, "since"));
      }
    } catch (JsonProcessingException | DateTimeException e) {
      throw new IllegalArgumentException("no position of a relay: " + text, e);
    }
    throw new IllegalArgumentException("no position of a relay: " + text);
  }

  private static Position.End end(JsonNode json) {
    Optional<LastTransaction> at = last(json);
    return at.isPresent()
        ? new Position.End.Seen(lsn(json, "confirmable"), at.get())
        : new Position.End.Unseen(instant(json, "since"));
  }

  private static CutOver cutOver(JsonNode json) {
    return new CutOver(
        json.path("cutOver").asLong(),
        json.path("slot").asText(),
        json.path("from").asInt(),
        json.path("to").asInt());
  }

  private static Server server(JsonNode json) {
    return new Server(json.path("systemIdentifier").asText(), json.path("timeline").asInt());
  }

  private static Optional<LastTransaction> last(JsonNode json) {
    return instant(json, "committedAt")
        .map(
            committedAt ->
                new LastTransaction(
                    lsn(json, "commit"),
                    json.path("transaction").asLong(),
                    committedAt,
                    json.path("rows").asLong()));
  }

  private static Optional<Instant> instant(JsonNode json, String field) {
    return Optional.ofNullable(json.path(field).textValue()).map(Instant::parse);
  }

  private static long lsn(JsonNode json, String field) {
    return LogSequenceNumber.valueOf(json.path(field).asText()).asLong();
  }
}
