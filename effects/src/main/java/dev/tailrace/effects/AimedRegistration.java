package dev.tailrace.effects;

import dev.tailrace.contracts.event.Event;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** A consumer that is being registered, whose effects are aimed at something each. */
public final class AimedRegistration<E extends Event, D> {

  private final Aim<E, D> aim;
  private final Function<D, Optional<String>> destination;
  private final Consumer<Aiming<E>> end;

  /**
   * One that was begun.
   *
   * @param end ends it
   */
  AimedRegistration(
      Aim<E, D> aim, Function<D, Optional<String>> destination, Consumer<Aiming<E>> end) {
    this.aim = aim;
    this.destination = destination;
    this.end = end;
  }

  /** What carries the effect out at what it is aimed at; ends the registration. */
  public void handle(AimedHandler<E, D> handler) {
    end.accept(
        effect -> {
          D target = aim.of(effect);
          return new Aiming.Aimed<>(
              destination.apply(target), Optional.of(its -> handler.handle(its, target)));
        });
  }
}
