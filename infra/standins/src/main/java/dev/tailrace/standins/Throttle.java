package dev.tailrace.standins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalInt;

/** How many requests a second a provider takes from everybody together, if it counts them. */
final class Throttle {

  private static final String LEGAL = "legal: {\"perSecond\":2}, {} for no limit";

  private final Clock clock;
  private volatile Optional<Rate> rate = Optional.empty();

  private Throttle(Clock clock) {
    this.clock = clock;
  }

  static Throttle none(Clock clock) {
    return new Throttle(clock);
  }

  static Throttle of(int perSecond, Clock clock) {
    Throttle throttle = new Throttle(clock);
    throttle.set(perSecond);
    return throttle;
  }

  void set(int perSecond) {
    if (perSecond < 1) {
      throw new IllegalArgumentException("a limit must be at least 1: " + perSecond);
    }
    rate = Optional.of(new Rate(perSecond, new RateLimit(clock, perSecond)));
  }

  void lift() {
    rate = Optional.empty();
  }

  /** Whether one more may come now; it is counted then. */
  boolean take() {
    return rate.map(limit -> limit.bucket().take(1)).orElse(true);
  }

  OptionalInt perSecond() {
    return rate.map(limit -> OptionalInt.of(limit.perSecond())).orElseGet(OptionalInt::empty);
  }

  /** Answers {@code PUT /_standin/limit}. */
  Reply change(ObjectNode body) {
    JsonNode perSecond = body.path("perSecond");
    if (body.isEmpty()) {
      lift();
    } else if (perSecond.isInt() && perSecond.intValue() > 0) {
      set(perSecond.intValue());
    } else {
      return ControlPaths.refusal(400, LEGAL);
    }
    return Reply.Answer.json(200, body);
  }

  private record Rate(int perSecond, RateLimit bucket) {}
}
