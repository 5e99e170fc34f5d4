package dev.tailrace.relay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.contracts.event.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A change of the number of shards, at one transaction of Postgres: the shards before it end there,
 * and those after it begin behind it, when all of those have.
 *
 * @param id rises from one to the next
 * @param slot the base of the slots' names
 */
record CutOver(long id, String slot, int from, int to) {

  /** The logical message that says it, in the transaction at which it happens. */
  static final String MESSAGE = "tailrace.cutover";

  /** Reads the message's content; nothing when it is none. */
  static Optional<CutOver> read(byte[] content) {
    try {
      JsonNode json = Json.read(new String(content, StandardCharsets.UTF_8));
      return json.hasNonNull("slot")
          ? Optional.of(
              new CutOver(
                  json.path("id").asLong(),
                  json.path("slot").asText(),
                  json.path("from").asInt(),
                  json.path("to").asInt()))
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** Whether it ends this slot's shard. */
  boolean ends(RelayConfig.Slot reader) {
    return slot.equals(reader.base()) && from == reader.shard().count();
  }

  /** The names of the slots that end with it. */
  List<String> predecessors() {
    return Shard.all(from).stream().map(shard -> shard.named(slot)).toList();
  }

  /**
   * Where a shard begins when all before it have ended: behind the transaction of the cut-over, or
   * with the table where one of them has not come so far.
   *
   * @param drained their positions, one at least
   */
  static Position begin(List<Position.Drained> drained) {
    Position.Drained any = drained.getFirst();
    long nextSeq = drained.stream().mapToLong(Position.Drained::nextSeq).max().orElseThrow();
    List<Optional<Instant>> committedUpTo =
        drained.stream().map(it -> it.end().committedUpTo()).toList();
    boolean allSeen = drained.stream().allMatch(it -> it.end() instanceof Position.End.Seen);
    return allSeen && any.end() instanceof Position.End.Seen(long confirmable, var at)
        ? new Position.Streaming(
            nextSeq, any.server(), confirmable, Optional.of(at), Optional.of(at.committedAt()))
        : new Position.Backfilling(nextSeq, any.server(), earliest(committedUpTo));
  }

  /** Empty when one is. */
  private static Optional<Instant> earliest(List<Optional<Instant>> times) {
    return times.stream().allMatch(Optional::isPresent)
        ? times.stream().flatMap(Optional::stream).min(Comparator.naturalOrder())
        : Optional.empty();
  }
}
