package dev.tailrace.effects;

import dev.tailrace.contracts.event.Event;
import java.time.Instant;
import java.util.Optional;

/** One call's way to where it goes: whether it may go there now, and what it says of the place. */
final class Passage {

  private final Attempts shared;

  /** Where it was sent, once it was. */
  private volatile Optional<String> destination = Optional.empty();

  Passage(Attempts shared) {
    this.shared = shared;
  }

  /**
   * What came of asking.
   *
   * @param held what keeps it from going on, if anything does
   * @param handler who carries it out, if nothing does
   */
  record Asked<E extends Event>(Optional<Ended> held, Handler<E> handler) {}

  /**
   * Asks whether it may go on. Only who may send something there asks for a permit, and only who
   * has one is sent to find out whether it answers again.
   *
   * @param effect that is sent, or the first of those that are
   * @param who has the place among those that wait for permits
   * @param permits that it takes
   */
  <E extends Event> Asked<E> ask(Consumer<E> its, Effect<E> effect, Asking who, int permits)
      throws Exception {
    var aimed = new Aiming.Aimed<E>(Optional.empty(), Optional.empty());
    if (its.aiming().isPresent()) {
      Aiming<E> aiming = its.aiming().get();
      aimed = FatalException.orResult(its.patience(), () -> aiming.at(effect));
    }
    Optional<Ended> held = held(its, effect, aimed.destination(), who, permits);
    if (held.isEmpty()) {
      destination = aimed.destination();
    }
    return new Asked<>(held, aimed.handler().orElse(its.handler()));
  }

  private <E extends Event> Optional<Ended> held(
      Consumer<E> its, Effect<E> effect, Optional<String> where, Asking who, int permits)
      throws Exception {
    if (where.isPresent()) {
      Optional<Instant> alone = shared.breakers().leftAloneUntil(where.get());
      if (alone.isPresent()) {
        return Optional.of(Ended.held(where.get(), alone.get()));
      }
    }
    if (its.limit().isPresent()) {
      Consumer.Limit<E> limit = its.limit().get();
      String scope = FatalException.orResult(its.patience(), () -> limit.scope().of(effect));
      Optional<Instant> turn = shared.rates().heldUntil(scope, limit.rate(), who, permits);
      if (turn.isPresent()) {
        return Optional.of(Ended.overRate(scope, turn.get()));
      }
    }
    return where.flatMap(
        named -> shared.breakers().heldUntil(named).map(until -> Ended.held(named, until)));
  }

  /** Tells what this says of the destination, if anything was sent there. */
  void tell(Outcome outcome) {
    destination.ifPresent(where -> shared.breakers().tell(where, outcome));
  }

  /** The destination has answered: what comes now says nothing of it. */
  void answered() {
    tell(Outcome.done(""));
    destination = Optional.empty();
  }
}
