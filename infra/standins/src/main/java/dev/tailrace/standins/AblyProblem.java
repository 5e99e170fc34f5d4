package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A refusal as Ably words it: its own code and the HTTP status, in the body and in headers. */
record AblyProblem(int status, int code, String message) {

  Reply.Answer answer() {
    String href = "https://help.ably.io/error/" + code;
    ObjectNode error =
        Json.object()
            .put("message", message)
            .put("code", code)
            .put("statusCode", status)
            .put("href", href);
    return Reply.Answer.json(status, Json.object().set("error", error))
        .with("X-Ably-ErrorCode", Integer.toString(code))
        .with("X-Ably-ErrorMessage", message.replaceAll("[^ -~]", "?"));
  }
}
