package dev.tailrace.effects;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Event;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** What a registration says of its consumer's lanes; each is said once. */
final class LaneChoice<E extends Event> {

  private final java.util.function.Consumer<String> problem;
  private Laning.Reach<E> reach = new Laning.Whole<>();
  private Optional<String> share = Optional.empty();

  /**
   * @param problem is told what is wrong with what is said
   */
  LaneChoice(java.util.function.Consumer<String> problem) {
    this.problem = problem;
  }

  void reaches(Laning.Reach<E> told) {
    if (!(reach instanceof Laning.Whole)) {
      problem.accept("its lane is told twice: keep one laneWithin, or one laneAcross");
    }
    reach = told;
  }

  void sharedAs(String name) {
    share.ifPresent(
        before ->
            problem.accept(
                "its lanes are shared under '%s' and '%s': keep one".formatted(before, name)));
    share = Optional.of(name);
  }

  /**
   * The lanes of a consumer that so many are registered before.
   *
   * @param key the Kafka key of an event
   */
  Laning<E> laning(Supplier<Function<Envelope, String>> key, int before) {
    return new Laning<>(key, reach, share.map(name -> new EffectKey.Share(name, before)));
  }
}
