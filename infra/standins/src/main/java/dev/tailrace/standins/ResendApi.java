package dev.tailrace.standins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.standins.Idempotency.Verdict;
import java.util.Optional;

/** Resend's API: the key, the rate and the path are looked at in this order. */
final class ResendApi implements Provider {

  private static final int LONGEST_KEY = 256;

  private final ResendMails mails;
  private final Idempotency<JsonNode, String> idempotency;
  private final Throttle limit;
  private final ResendControl control;

  ResendApi(
      ResendMails mails,
      Idempotency<JsonNode, String> idempotency,
      Throttle limit,
      ResendControl control) {
    this.mails = mails;
    this.idempotency = idempotency;
    this.limit = limit;
    this.control = control;
  }

  @Override
  public Reply answer(Request request, Runnable midway) {
    Optional<String> key = BearerToken.read(request);
    if (key.isEmpty()) {
      return ResendProblem.noKey().answer();
    }
    if (!BasicCredentials.same(key.get(), ResendStandIn.API_KEY)) {
      return ResendProblem.badKey(request.method().equals("POST")).answer();
    }
    if (!limit.take()) {
      return tooMany();
    }
    return route(request, midway);
  }

  @Override
  public Reply.Answer failure(Request request, int status, Optional<String> code) {
    if (status == 429 && code.isEmpty()) {
      return tooMany();
    }
    return new ResendProblem(
            status,
            code.orElse(status < 500 ? "validation_error" : "internal_server_error"),
            "The stand-in was told to fail with " + status + ".")
        .answer();
  }

  @Override
  public Optional<Reply> control(Request request) {
    return control.answer(request);
  }

  private Reply route(Request request, Runnable midway) {
    if (request.path().equals("/emails")) {
      return request.method().equals("POST")
          ? send(request, midway)
          : ResendProblem.wrongMethod().answer();
    }
    try {
      if (request.is("GET", "emails", "receiving", "*")) {
        return mails
            .received(request.segments().get(2))
            .<Reply>map(mail -> Reply.Answer.json(200, mail))
            .orElseGet(() -> ResendProblem.noSuchEmail().answer());
      }
    } catch (IllegalArgumentException e) {
      return ResendProblem.noSuchPath().answer();
    }
    return ResendProblem.noSuchPath().answer();
  }

  private Reply send(Request request, Runnable midway) {
    Optional<String> key = request.header("Idempotency-Key");
    if (key.filter(text -> text.isBlank() || text.length() > LONGEST_KEY).isPresent()) {
      return ResendProblem.badIdempotencyKey().answer();
    }
    Optional<ObjectNode> body = Json.readObject(request.body().text());
    if (body.isEmpty()) {
      return new ResendProblem(400, "validation_error", "The body is not a JSON object.").answer();
    }
    Optional<ResendProblem> problem = ResendPayload.check(body.get());
    if (problem.isPresent()) {
      return problem.get().answer();
    }
    return key.isPresent() ? once(key.get(), body.get(), midway) : sent(mails.send(body.get()));
  }

  private Reply once(String key, ObjectNode body, Runnable midway) {
    return switch (idempotency.begin(key, body)) {
      case Verdict.Fresh<String>() -> first(key, body, midway);
      case Verdict.Known<String>(String id) -> sent(id);
      case Verdict.OtherParameters<String>() -> ResendProblem.otherPayload().answer();
      case Verdict.InUse<String>() -> ResendProblem.underWay().answer();
    };
  }

  private Reply first(String key, ObjectNode body, Runnable midway) {
    boolean isSent = false;
    try {
      midway.run();
      String id = mails.send(body);
      idempotency.remember(key, id);
      isSent = true;
      return sent(id);
    } finally {
      if (!isSent) {
        idempotency.forget(key);
      }
    }
  }

  private Reply.Answer tooMany() {
    String perSecond = Integer.toString(limit.perSecond().orElse(ResendStandIn.REQUESTS_A_SECOND));
    return new ResendProblem(
            429,
            "rate_limit_exceeded",
            "Too many requests. You can only make " + perSecond + " requests per second.")
        .answer()
        .with("ratelimit-limit", perSecond)
        .with("ratelimit-remaining", "0")
        .with("ratelimit-reset", "1")
        .with("retry-after", "1");
  }

  private static Reply sent(String id) {
    return Reply.Answer.json(200, Json.object().put("id", id));
  }
}
