package dev.tailrace.ingest;

import java.sql.SQLException;
import java.util.Optional;

/** One path, and how it answers; knows nothing of the server around it. */
interface Endpoint {

  /** How a path is called. */
  enum Method {
    GET,
    POST
  }

  /** Most are posted to. */
  default Method method() {
    return Method.POST;
  }

  /** The path; it is also the endpoint's name in metrics. */
  String route();

  /** Whether its callers do not call again when they are turned away. */
  default boolean isUrgent() {
    return false;
  }

  /** The most bytes that a body may have. */
  int bodyLimit();

  /**
   * Why the request is turned away before its body is read, if it is.
   *
   * @throws SQLException when the database is away
   */
  Optional<Answer> refusal(Headers headers) throws SQLException;

  /** The answer to a body over the limit, of which nothing was kept. */
  Answer tooLarge();

  /**
   * The answer to a whole request, given after whatever it promises is committed.
   *
   * @throws SQLException when the database is away
   */
  Answer answer(Request request) throws SQLException;
}
