package dev.tailrace.standins;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;

/** The daemon's paths: the path, the signature and the lane are looked at in this order. */
final class DaemonApi implements Provider {

  private static final List<String> PATHS =
      List.of(DaemonStandIn.SLACK, DaemonStandIn.EMAIL, DaemonStandIn.REFRESH);

  private final DaemonSignature signature;
  private final DaemonInbox inbox;
  private final CountDownLatch closed;
  private volatile DaemonAnswer answer = new DaemonAnswer.Brief();
  private volatile Duration retryAfter = Duration.ofSeconds(1);

  DaemonApi(DaemonSignature signature, DaemonInbox inbox, CountDownLatch closed) {
    this.signature = signature;
    this.inbox = inbox;
    this.closed = closed;
  }

  void answers(DaemonAnswer how) {
    answer = how;
  }

  void retryAfter(Duration wait) {
    if (wait.isNegative()) {
      throw new IllegalArgumentException("nobody can come back earlier: " + wait);
    }
    retryAfter = wait;
  }

  @Override
  public Reply answer(Request request, Runnable midway) {
    if (!PATHS.contains(request.path())) {
      return problem(404, "not_found");
    }
    if (!request.method().equals("POST")) {
      return problem(405, "method_not_allowed").with("Allow", "POST");
    }
    return switch (signature.check(request)) {
      case DaemonSignature.Verdict.Bad(String reason) -> problem(401, reason);
      case DaemonSignature.Verdict.Good(String id) -> take(request, id);
    };
  }

  /** Says when to come back where a client should wait for that: 429 and 503. */
  @Override
  public Reply.Answer failure(Request request, int status, Optional<String> code) {
    Reply.Answer problem = problem(status, code.orElse("told_to_fail"));
    return status == 429 || status == 503
        ? problem.with("Retry-After", Long.toString(retryAfter.toSeconds()))
        : problem;
  }

  @Override
  public Optional<Reply> control(Request request) {
    return DaemonControl.answer(request, this, inbox);
  }

  private Reply take(Request request, String id) {
    OptionalLong seq;
    try {
      Optional<String> header = request.header("tailrace-lane-seq");
      seq = header.isPresent() ? OptionalLong.of(laneSeq(header.get())) : OptionalLong.empty();
    } catch (NumberFormatException e) {
      return problem(400, "bad_lane_seq");
    }
    return inbox.take(id, request.path(), seq, request.body().text()) == 200
        ? answer.taken(closed)
        : problem(409, "late");
  }

  /** Digits alone, of a number that a long holds: real ones have 19. */
  private static long laneSeq(String text) {
    if (!text.matches("[0-9]{1,19}")) {
      throw new NumberFormatException("no lane seq");
    }
    return Long.parseLong(text);
  }

  private static Reply.Answer problem(int status, String code) {
    return Reply.Answer.json(status, Json.object().put("ok", false).put("error", code));
  }
}
