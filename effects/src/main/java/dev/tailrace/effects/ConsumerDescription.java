package dev.tailrace.effects;

import dev.tailrace.contracts.event.Event;
import dev.tailrace.contracts.event.EventType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a consumer was registered with, in words for people.
 *
 * @param types the names of the types that it follows from
 * @param lane which effects run one after another
 * @param triedAgainAfter how long it waits between its tries, and how often it is tried
 * @param cutOffAfter how long a try may take
 * @param beside what else there is to know, each in a few words
 */
public record ConsumerDescription(
    String name,
    List<String> types,
    String lane,
    String triedAgainAfter,
    String cutOffAfter,
    List<String> beside) {

  public ConsumerDescription {
    types = List.copyOf(types);
    beside = List.copyOf(beside);
  }

  static ConsumerDescription of(Consumer<?> consumer) {
    return new ConsumerDescription(
        consumer.name(),
        types(consumer.following()),
        consumer.laning().inWords(),
        consumer.patience().backoff().inWords(),
        text(consumer.patience().timeout()),
        beside(consumer));
  }

  /** A beginning of names stands for itself: not every type that it covers has a line. */
  private static List<String> types(Following<?> following) {
    return following.families().contains(Event.class)
        ? List.of(following.text())
        : following.lines().stream().map(EventType::name).toList();
  }

  private static List<String> beside(Consumer<?> consumer) {
    var beside = new ArrayList<String>();
    Patience patience = consumer.patience();
    if (!consumer.when().equals(Consumer.EVERY)) {
      beside.add("only for events that pass its own test");
    }
    consumer
        .laning()
        .share()
        .ifPresent(its -> beside.add("shares its lanes under the name " + its.name()));
    if (patience.delay().isPositive()) {
      beside.add("not before " + text(patience.delay()));
    }
    if (consumer.items().isPresent()) {
      beside.add("one effect for each item, in a lane of its own");
    }
    if (consumer.aiming().isPresent()) {
      beside.add("leaves a destination alone that does not answer");
    }
    consumer
        .limit()
        .ifPresent(
            its -> beside.add("at most " + its.rate().permits() + " in " + text(its.rate().per())));
    consumer.batching().ifPresent(its -> beside.add(its.inWords()));
    if (consumer.idempotentByRow()) {
      beside.add("its rows guard themselves");
    }
    if (consumer.mayBeForced()) {
      beside.add("a replay may repeat what is done");
    }
    consumer.wakings().forEach(its -> beside.add("is woken by " + its.following().text()));
    consumer
        .endings()
        .forEach(its -> beside.add("a destination ends by " + its.following().text()));
    if (!patience.fatal().isEmpty()) {
      beside.add(
          patience.fatal().stream()
              .map(Class::getSimpleName)
              .collect(Collectors.joining(", ", "dead at once on ", "")));
    }
    if (consumer.onDead().isPresent()) {
      beside.add("an effect of its own follows when one is given up");
    }
    return beside;
  }

  /** Such as {@code 1m4s}. */
  static String text(Duration time) {
    return time.toString().replaceFirst("PT", "").toLowerCase(Locale.ROOT);
  }
}
