package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A refusal as Stripe words it.
 *
 * @param code Stripe's error code, blank when it gives none
 * @param param the parameter at fault, blank when there is none
 */
record StripeProblem(int status, String type, String code, String param, String message) {

  static StripeProblem invalid(String code, String param, String message) {
    return new StripeProblem(400, "invalid_request_error", code, param, message);
  }

  /** No such object: 404 when the path names it, 400 when another parameter does. */
  static StripeProblem missing(String kind, String id, String param) {
    return new StripeProblem(
        param.equals("id") ? 404 : 400,
        "invalid_request_error",
        "resource_missing",
        param,
        "No such %s: '%s'".formatted(kind, id));
  }

  static StripeProblem unrecognized(Request request) {
    return new StripeProblem(
        404,
        "invalid_request_error",
        "",
        "",
        "Unrecognized request URL (%s: %s).".formatted(request.method(), request.path()));
  }

  static StripeProblem unauthorized(String message) {
    return new StripeProblem(401, "invalid_request_error", "", "", message);
  }

  Reply.Answer answer() {
    ObjectNode error = Json.object();
    error.put("type", type).put("message", message);
    if (!code.isBlank()) {
      error
          .put("code", code)
          .put("doc_url", "https://stripe.com/docs/error-codes/" + code.replace('_', '-'));
    }
    if (!param.isBlank()) {
      error.put("param", param);
    }
    return Reply.Answer.json(status, Json.object().set("error", error));
  }
}
