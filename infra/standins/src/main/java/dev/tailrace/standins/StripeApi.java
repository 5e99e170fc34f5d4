package dev.tailrace.standins;

import dev.tailrace.standins.Idempotency.Verdict;
import java.util.Optional;

/**
 * Stripe's REST API: key, path, parameters and Idempotency-Key are looked at in this order, and
 * only then is anything done.
 */
final class StripeApi implements Provider {

  /** The release that stripe-java 33.3.0 is made for. */
  static final String VERSION = "2026-07-29.dahlia";

  private static final int LONGEST_KEY = 255;

  private final StripeIds ids;
  private final StripeRoutes routes;
  private final Idempotency<String, Reply.Answer> idempotency;
  private final StripeControl control;

  StripeApi(
      StripeIds ids,
      StripeRoutes routes,
      Idempotency<String, Reply.Answer> idempotency,
      StripeControl control) {
    this.ids = ids;
    this.routes = routes;
    this.idempotency = idempotency;
    this.control = control;
  }

  @Override
  public Reply answer(Request request, Runnable midway) {
    StripeCause cause = new StripeCause(ids.request(), key(request).orElse(""));
    return headed(
        StripeKey.check(request)
            .map(StripeProblem::answer)
            .orElseGet(() -> answer(request, cause, midway)),
        request,
        cause);
  }

  /**
   * Stripe's own failure. A 500 comes from work that had begun, so it is remembered under the
   * request's key, and a retry with this key gets it again; any other status comes from in front of
   * the work.
   */
  @Override
  public Reply.Answer failure(Request request, int status, Optional<String> code) {
    StripeCause cause = new StripeCause(ids.request(), key(request).orElse(""));
    String type =
        status == 402 ? "card_error" : status < 500 ? "invalid_request_error" : "api_error";
    String reason =
        code.orElse(
            switch (status) {
              case 409 -> "idempotency_key_in_use";
              case 429 -> "rate_limit";
              default -> "";
            });
    Reply.Answer answer =
        new StripeProblem(
                status, type, reason, "", "The stand-in was told to fail with " + status + ".")
            .answer();
    if (status == 500) {
      remember(request, cause, answer);
    }
    return headed(answer, request, cause);
  }

  @Override
  public Optional<Reply> control(Request request) {
    return control.answer(request);
  }

  private Reply.Answer answer(Request request, StripeCause cause, Runnable midway) {
    Optional<StripeOperation> operation = routes.find(request.method(), request.segments());
    if (operation.isEmpty()) {
      return StripeProblem.unrecognized(request).answer();
    }
    if (cause.idempotencyKey().length() > LONGEST_KEY) {
      return StripeProblem.invalid("", "", "Idempotency-Key must be at most 255 characters long.")
          .answer();
    }
    Optional<StripeForm> form = form(request);
    if (form.isEmpty()) {
      return StripeProblem.invalid(
              "", "", "Invalid request: the parameters aren't properly form-encoded.")
          .answer();
    }
    StripeCall call = new StripeCall(request.method(), request.segments(), form.get(), cause);
    return operation
        .get()
        .parameters()
        .check(form.get())
        .map(StripeProblem::answer)
        .orElseGet(() -> once(operation.get(), call, midway));
  }

  private Reply.Answer once(StripeOperation operation, StripeCall call, Runnable midway) {
    String key = call.cause().idempotencyKey();
    if (key.isEmpty()) {
      midway.run();
      return operation.run(call).answer();
    }
    return switch (idempotency.begin(key, call.fingerprint())) {
      case Verdict.Fresh<Reply.Answer>() -> work(operation, call, midway);
      case Verdict.Known<Reply.Answer>(Reply.Answer answer) ->
          answer.with("Idempotent-Replayed", "true");
      case Verdict.OtherParameters<Reply.Answer>() -> otherParameters(key).answer();
      case Verdict.InUse<Reply.Answer>() -> inUse(key).answer().with("Stripe-Should-Retry", "true");
    };
  }

  private Reply.Answer work(StripeOperation operation, StripeCall call, Runnable midway) {
    boolean done = false;
    try {
      midway.run();
      Reply.Answer answer = operation.run(call).answer();
      idempotency.remember(call.cause().idempotencyKey(), answer);
      done = true;
      return answer;
    } finally {
      if (!done) {
        idempotency.forget(call.cause().idempotencyKey());
      }
    }
  }

  private void remember(Request request, StripeCause cause, Reply.Answer answer) {
    Optional<StripeForm> form = form(request);
    if (form.isPresent() && !cause.idempotencyKey().isEmpty()) {
      StripeCall call = new StripeCall(request.method(), request.segments(), form.get(), cause);
      if (idempotency.begin(cause.idempotencyKey(), call.fingerprint()) instanceof Verdict.Fresh) {
        idempotency.remember(cause.idempotencyKey(), answer.with("Stripe-Should-Retry", "false"));
      }
    }
  }

  private static Reply.Answer headed(Reply.Answer answer, Request request, StripeCause cause) {
    Reply.Answer headed =
        answer
            .with("Request-Id", cause.requestId())
            .with("Stripe-Version", request.header("Stripe-Version").orElse(VERSION));
    return cause.idempotencyKey().isEmpty()
        ? headed
        : headed.with("Idempotency-Key", cause.idempotencyKey());
  }

  /** Only a POST takes a key; on the others Stripe ignores it. */
  private static Optional<String> key(Request request) {
    return request.method().equals("POST") ? request.header("Idempotency-Key") : Optional.empty();
  }

  private static Optional<StripeForm> form(Request request) {
    return StripeForm.read(
        request.method().equals("POST") ? request.body().text() : request.query());
  }

  private static StripeProblem otherParameters(String key) {
    return new StripeProblem(
        400,
        "idempotency_error",
        "",
        "",
        "Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '%s'."
            .formatted(key));
  }

  private static StripeProblem inUse(String key) {
    return new StripeProblem(
        409,
        "invalid_request_error",
        "idempotency_key_in_use",
        "",
        "There is another request in progress with the key '%s'.".formatted(key));
  }
}
