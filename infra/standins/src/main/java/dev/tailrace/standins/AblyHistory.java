package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.List;
import java.util.Optional;

/**
 * GET /channels/{channel}/messages: what was published, the newest first unless asked otherwise.
 * One page only: there is no {@code next} link.
 */
record AblyHistory(long start, long end, boolean forwards, int limit) {

  private static final int MOST = 1000;
  private static final String USUAL = "100";

  /** Reads the query; empty when a value isn't legal. */
  static Optional<AblyHistory> read(Request request) {
    try {
      return checked(request);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<AblyHistory> checked(Request request) {
    String direction = request.parameter("direction").orElse("backwards");
    String limit = request.parameter("limit").orElse(USUAL);
    String start = request.parameter("start").orElse("0");
    String end = request.parameter("end").orElse("9999999999999");
    boolean legal =
        direction.matches("forwards|backwards")
            && limit.matches("\\d{1,4}")
            && start.matches("\\d{1,15}")
            && end.matches("\\d{1,15}");
    if (!legal || Integer.parseInt(limit) < 1 || Integer.parseInt(limit) > MOST) {
      return Optional.empty();
    }
    return Optional.of(
        new AblyHistory(
            Long.parseLong(start),
            Long.parseLong(end),
            direction.equals("forwards"),
            Integer.parseInt(limit)));
  }

  /** The page of these messages, which are in the order of publication. */
  ArrayNode of(List<AblyMessage> messages) {
    ArrayNode page = Json.array();
    (forwards ? messages : messages.reversed())
        .stream().filter(this::within).limit(limit).forEach(message -> page.add(message.json()));
    return page;
  }

  private boolean within(AblyMessage message) {
    long at = message.timestamp().toEpochMilli();
    return at >= start && at <= end;
  }
}
