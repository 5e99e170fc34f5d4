package dev.tailrace.ingest;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of every request from its headers to its answer, whatever the endpoint: turned away
 * early, let through the gate, its body read, and an exception made an answer that tells nothing.
 */
final class Reception {

  private static final Logger log = LoggerFactory.getLogger(Reception.class);
  private static final Duration DATABASE_MAY_BE_BACK = Duration.ofSeconds(5);

  /** SQL's class of "data exception": the values themselves are refused, now and always. */
  private static final String REFUSED_VALUE = "22";

  private static final Pattern LENGTH = Pattern.compile("\\d{1,18}");

  private final Gate gate;

  Reception(Gate gate) {
    this.gate = gate;
  }

  /** Reads the request's body; empty when it has more bytes than it may. */
  @FunctionalInterface
  interface BodyReader {
    Optional<Body> read(int limit);
  }

  Answer answer(
      Endpoint endpoint, Headers headers, Map<String, List<String>> query, BodyReader reader)
      throws Exception {
    Optional<Answer> refusal = refusal(endpoint, headers);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    return gate.through(
        endpoint,
        Math.min(announced(headers), endpoint.bodyLimit()),
        () -> {
          Optional<Body> body = reader.read(endpoint.bodyLimit());
          return body.isEmpty()
              ? endpoint.tooLarge()
              : answer(endpoint, new Request(headers, query, body.get()));
        });
  }

  /** How many bytes the body has; all that can be when it comes in chunks. */
  private static long announced(Headers headers) {
    return headers
        .only("Content-Length")
        .filter(text -> LENGTH.matcher(text).matches())
        .map(Long::parseLong)
        .orElse(Long.MAX_VALUE);
  }

  private static Optional<Answer> refusal(Endpoint endpoint, Headers headers) {
    try {
      return endpoint.refusal(headers);
    } catch (SQLException e) {
      return Optional.of(databaseSaysNo(endpoint, e));
    } catch (RuntimeException e) {
      return Optional.of(bug(endpoint, e));
    }
  }

  private static Answer answer(Endpoint endpoint, Request request) {
    try {
      return endpoint.answer(request);
    } catch (SQLException e) {
      return databaseSaysNo(endpoint, e);
    } catch (RuntimeException e) {
      return bug(endpoint, e);
    }
  }

  private static Answer bug(Endpoint endpoint, RuntimeException e) {
    log.atError().setCause(e).addKeyValue("route", endpoint.route()).log("a bug");
    return Answer.problem(500, "an error of ours; it was noted");
  }

  private static Answer databaseSaysNo(Endpoint endpoint, SQLException e) {
    String state = Optional.ofNullable(e.getSQLState()).orElse("");
    log.atWarn()
        .addKeyValue("route", endpoint.route())
        .addKeyValue("sqlState", state)
        .addKeyValue("error", e.getClass().getSimpleName())
        .log("not stored");
    return state.startsWith(REFUSED_VALUE)
        ? Answer.problem(422, "the database takes no such values")
        : Answer.retryAfter(DATABASE_MAY_BE_BACK, "the database is away; send it again");
  }
}
