package dev.tailrace.standins;

/** A refusal as Resend words it. */
record ResendProblem(int status, String name, String message) {

  static ResendProblem missing(String field) {
    return new ResendProblem(422, "missing_required_field", "Missing `" + field + "` field.");
  }

  static ResendProblem invalid(String message) {
    return new ResendProblem(422, "validation_error", message);
  }

  static ResendProblem address(String field) {
    return invalid(
        "Invalid `"
            + field
            + "` field. The email address needs to follow the `email@example.com` or"
            + " `Name <email@example.com>` format.");
  }

  static ResendProblem noKey() {
    return new ResendProblem(401, "missing_api_key", "Missing API Key");
  }

  /** The paths that send answer 401, all others 400. */
  static ResendProblem badKey(boolean sending) {
    return new ResendProblem(sending ? 401 : 400, "validation_error", "API key is invalid");
  }

  static ResendProblem badIdempotencyKey() {
    return new ResendProblem(
        400, "invalid_idempotency_key", "The key must be between 1-256 chars.");
  }

  static ResendProblem otherPayload() {
    return new ResendProblem(
        409,
        "invalid_idempotent_request",
        "Same idempotency key used with a different request payload.");
  }

  static ResendProblem underWay() {
    return new ResendProblem(
        409,
        "concurrent_idempotent_requests",
        "Same idempotency key used while original request is still in progress.");
  }

  static ResendProblem noSuchPath() {
    return new ResendProblem(404, "not_found", "The requested endpoint does not exist.");
  }

  static ResendProblem wrongMethod() {
    return new ResendProblem(
        405, "method_not_allowed", "Method is not allowed for the requested path.");
  }

  static ResendProblem noSuchEmail() {
    return new ResendProblem(404, "not_found", "Email not found");
  }

  Reply.Answer answer() {
    return Reply.Answer.json(
        status, Json.object().put("statusCode", status).put("message", message).put("name", name));
  }
}
