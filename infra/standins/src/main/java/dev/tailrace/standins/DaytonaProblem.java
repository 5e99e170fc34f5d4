package dev.tailrace.standins;

import java.time.Instant;

/**
 * A refusal as Daytona words it.
 *
 * @param error the kind, mostly the name of the status
 */
record DaytonaProblem(int status, String error, String message) {

  static DaytonaProblem bad(String message) {
    return new DaytonaProblem(400, "Bad Request", message);
  }

  static DaytonaProblem unauthorized() {
    return new DaytonaProblem(401, "Unauthorized", "Invalid credentials");
  }

  static DaytonaProblem missing(String idOrName) {
    return new DaytonaProblem(
        404, "Not Found", "Sandbox with ID or name " + idOrName + " not found");
  }

  static DaytonaProblem noSuchPath(Request request) {
    return new DaytonaProblem(
        404, "Not Found", "Cannot " + request.method() + " " + request.path());
  }

  static DaytonaProblem underWay() {
    return conflict("Sandbox state change in progress");
  }

  static DaytonaProblem conflict(String message) {
    return new DaytonaProblem(409, "Conflict", message);
  }

  static DaytonaProblem tooMany() {
    return new DaytonaProblem(429, "Too Many Requests", "Rate limit exceeded");
  }

  Reply.Answer answer(Request request, Instant at) {
    return Reply.Answer.json(
        status,
        Json.object()
            .put("statusCode", status)
            .put("timestamp", IsoMillis.of(at))
            .put("path", request.path())
            .put("error", error)
            .put("message", message));
  }
}
