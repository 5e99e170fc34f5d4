package dev.tailrace.ingest;

import dev.tailrace.contracts.event.Problem;
import dev.tailrace.contracts.token.ApiToken;
import dev.tailrace.contracts.token.Grant;
import dev.tailrace.ingest.Outcome.Rejected;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /rpc/<procedure>}: the input as JSON, with a Bearer token of a kind that may call it.
 *
 * <p>Answers 200 with the output as JSON once it is committed; 422 with everything that is wrong
 * with the input; 404 and 409 with the field that names what is not there or taken. With an {@code
 * Idempotency-Key} a repeat is answered what the first was.
 */
final class RpcEndpoint<I extends Record, O extends Record> implements Endpoint {

  static final int BODY_LIMIT = 256 * 1024;

  private static final Logger log = LoggerFactory.getLogger(RpcEndpoint.class);
  private static final String SOURCE = "rpc";
  private static final String KEY = "Idempotency-Key";
  private static final Pattern VISIBLE = Pattern.compile("[!-~]{1,255}");
  private static final Duration COME_BACK = Duration.ofSeconds(1);

  private final Procedure<I, O> procedure;
  private final InputReader<I> reader;
  private final Calls calls;
  private final Tokens tokens;
  private final Shares accounts;
  private final Rejections rejections;

  RpcEndpoint(
      Procedure<I, O> procedure,
      InputReader<I> reader,
      Calls calls,
      Tokens tokens,
      Shares accounts,
      Rejections rejections) {
    this.procedure = procedure;
    this.reader = reader;
    this.calls = calls;
    this.tokens = tokens;
    this.accounts = accounts;
    this.rejections = rejections;
  }

  static <I extends Record, O extends Record> RpcEndpoint<I, O> of(
      Procedure<I, O> procedure,
      Calls calls,
      Tokens tokens,
      Shares accounts,
      Rejections rejections) {
    return new RpcEndpoint<>(
        procedure, InputReader.of(procedure), calls, tokens, accounts, rejections);
  }

  @Override
  public String route() {
    return "/rpc/" + procedure.name();
  }

  @Override
  public int bodyLimit() {
    return BODY_LIMIT;
  }

  @Override
  public Optional<Answer> refusal(Headers headers) throws SQLException {
    return switch (caller(headers)) {
      case Known _ -> Optional.empty();
      case Stranger stranger -> Optional.of(turnAway(stranger));
    };
  }

  @Override
  public Answer tooLarge() {
    return refuse(Rejected.tooLarge());
  }

  @Override
  public Answer answer(Request request) throws SQLException {
    return switch (caller(request.headers())) {
      // Revoked while the body came in.
      case Stranger stranger -> turnAway(stranger);
      case Known(Caller caller) ->
          accounts.<SQLException>holding(
              caller.tokenId(),
              "too many requests with this token at once",
              () -> answer(caller, request));
    };
  }

  private Answer answer(Caller caller, Request request) throws SQLException {
    List<String> keys = request.headers().all(KEY);
    if (keys.size() > 1 || !keys.stream().allMatch(key -> VISIBLE.matcher(key).matches())) {
      return refuse(Rejected.malformed("Idempotency-Key must be 1 to 255 visible characters"));
    }
    if (!keys.isEmpty() && !procedure.secrets().isEmpty()) {
      // The answer would be kept for a day, for whoever reads the table.
      return refuse(
          Rejected.malformed(
              "this call takes no Idempotency-Key: its answer is secret, and is not kept"));
    }
    return switch (reader.read(request.body())) {
      case InputReader.NoJson<I>(String reason) -> refuse(Rejected.malformed(reason));
      case InputReader.Faulty<I>(List<Problem> problems) ->
          refuse(new Rejected(422, "the input can't be taken", problems));
      case InputReader.Input<I>(I input) ->
          answer(
              caller,
              calls.settle(
                  new Asked<>(
                      procedure,
                      input,
                      caller,
                      keys.stream().findFirst(),
                      Traceparent.of(request.headers()))));
    };
  }

  private Answer answer(Caller caller, Settled settled) {
    return switch (settled) {
      case Settled.Committed committed -> {
        log.atInfo()
            .addKeyValue("procedure", procedure.name())
            .addKeyValue("token", caller.tokenId())
            .addKeyValue("tenant", committed.tenantId())
            .addKeyValue("eventId", committed.eventId().map(Object::toString).orElse("none"))
            .log("call");
        yield new Answer(200, "application/json", Map.of(), committed.response());
      }
      case Settled.Repeated(int status, String response) ->
          new Answer(status, "application/json", Map.of("Idempotent-Replayed", "true"), response);
      case Settled.StillRunning _ ->
          refuse(new Rejected(409, "the same call is still running", List.of()))
              .with("Retry-After", Long.toString(COME_BACK.toSeconds()));
      case Settled.KeyTaken _ ->
          refuse(new Rejected(422, "the Idempotency-Key was given to another call", List.of()));
      case Settled.TurnedDown(Result.Refused<?> refused) ->
          refuse(new Rejected(refused.status(), refused.reason(), refused.problems()));
    };
  }

  private sealed interface Who {}

  private record Known(Caller caller) implements Who {}

  private record Stranger(Rejected rejected) implements Who {}

  private Who caller(Headers headers) throws SQLException {
    Optional<ApiToken> token = tokens.shownBy(headers);
    if (token.isEmpty()) {
      return new Stranger(Rejected.unauthenticated("no token that may call"));
    }
    Caller caller = Caller.of(token.get());
    return procedure.callers().contains(caller.kind())
        ? new Known(caller)
        : new Stranger(
            new Rejected(
                403,
                "this kind of token may not call that",
                List.of(new Problem("", wrongKind(token.get().grant())))));
  }

  private String wrongKind(Grant grant) {
    String kinds =
        procedure.callers().stream()
            .map(Grant.Kind::word)
            .sorted()
            .collect(Collectors.joining(" or "));
    return "%s takes a token of kind %s, and this one is a %s's"
        .formatted(procedure.name(), kinds, grant.kind().word());
  }

  private Answer turnAway(Stranger stranger) {
    Answer answer = refuse(stranger.rejected());
    return stranger.rejected().status() == 401 ? answer.with("WWW-Authenticate", "Bearer") : answer;
  }

  private Answer refuse(Rejected rejected) {
    rejections.record(SOURCE, rejected);
    return Answer.problem(rejected.status(), rejected.reason(), Problems.of(rejected.problems()));
  }
}
