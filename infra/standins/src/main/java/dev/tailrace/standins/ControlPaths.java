package dev.tailrace.standins;

import dev.tailrace.standins.Fault.Down;
import dev.tailrace.standins.FaultJson.Reading;
import java.util.function.Consumer;

/**
 * The paths under {@code /_standin/} by which a script or a person watches a stand-in and changes
 * its faults.
 */
final class ControlPaths {

  private static final String PREFIX = "_standin";

  private final Faults faults;
  private final ReceivedRequests received;
  private final Provider provider;

  ControlPaths(Faults faults, ReceivedRequests received, Provider provider) {
    this.faults = faults;
    this.received = received;
    this.provider = provider;
  }

  static boolean own(Request request) {
    return request.path().startsWith("/" + PREFIX + "/");
  }

  Reply answer(Request request) {
    return answer(request, this::apply);
  }

  /** Answers a request that did not come in by the stand-in's own door. */
  Reply answerWithin(Request request) {
    return answer(request, faults::set);
  }

  private Reply answer(Request request, Consumer<Fault> change) {
    if (request.is("GET", PREFIX, "faults")) {
      return Reply.Answer.json(200, FaultJson.write(faults.current()));
    }
    if (request.is("PUT", PREFIX, "faults")) {
      return change(request.body().text(), change);
    }
    if (request.is("GET", PREFIX, "requests")) {
      return Reply.Answer.json(200, received.json());
    }
    return provider
        .control(request)
        .orElseGet(
            () ->
                refusal(
                    404,
                    "no such path under /_standin/: " + request.method() + " " + request.path()));
  }

  static Reply.Answer refusal(int status, String reason) {
    return Reply.Answer.json(status, Json.object().put("error", reason));
  }

  private static Reply change(String body, Consumer<Fault> change) {
    return switch (FaultJson.read(body)) {
      case Reading.Understood(Fault fault) -> {
        change.accept(fault);
        yield Reply.Answer.json(200, FaultJson.write(fault));
      }
      case Reading.Refused(String reason) -> refusal(400, reason);
    };
  }

  /**
   * Going down waits for the requests under way, this one among them: so another thread does it.
   */
  private void apply(Fault fault) {
    if (fault instanceof Down) {
      Thread.ofVirtual().name("stand-in-shutting").start(() -> faults.set(fault));
    } else {
      faults.set(fault);
    }
  }
}
