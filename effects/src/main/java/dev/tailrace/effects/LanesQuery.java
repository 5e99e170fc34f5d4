package dev.tailrace.effects;

import dev.tailrace.contracts.service.EditDistance;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which lanes somebody wants to see.
 *
 * @param lane one lane of the consumer, of which the queue is told too
 * @param state where its head stands
 * @param limit how many lanes, or effects of the one lane, are told at most
 */
record LanesQuery(
    Optional<String> consumer, Optional<String> lane, Optional<Standing> state, int limit) {

  private static final int USUAL_LIMIT = 50;

  /** Of each the stream thread reads one record in the store. */
  private static final int GREATEST_LIMIT = 500;

  private static final List<String> PARAMETERS = List.of("consumer", "lane", "state", "limit");

  /**
   * Reads the parameters of a request.
   *
   * @param names of all consumers
   * @param problems takes what is wrong with them, all of it
   */
  static LanesQuery parse(Map<String, String> given, Consumers names, List<String> problems) {
    for (String each : given.keySet()) {
      if (!PARAMETERS.contains(each)) {
        problems.add("there is no '%s', there are %s".formatted(each, PARAMETERS));
      }
    }
    Optional<String> lane = Optional.ofNullable(given.get("lane"));
    if (lane.isPresent() && !given.containsKey("consumer")) {
      problems.add("lane is a lane of a consumer: say consumer=... too");
    }
    return new LanesQuery(
        Optional.ofNullable(given.get("consumer")).map(its -> name(its, names, problems)),
        lane,
        Optional.ofNullable(given.get("state")).flatMap(its -> state(its, problems)),
        limit(given.getOrDefault("limit", Integer.toString(USUAL_LIMIT)), problems));
  }

  /** By the name that it has now. */
  private static String name(String given, Consumers consumers, List<String> problems) {
    Optional<String> found = consumers.find(given).map(Consumer::name);
    if (found.isEmpty()) {
      Set<String> names = consumers.names();
      problems.add(
          "consumer '%s' is none of this application; %s"
              .formatted(
                  given,
                  EditDistance.nearest(given, names)
                      .map(near -> "did you mean " + near + "?")
                      .orElse("there are " + String.join(", ", names))));
    }
    return found.orElse(given);
  }

  private static Optional<Standing> state(String given, List<String> problems) {
    Optional<Standing> state = Standing.ofHead(given);
    if (state.isEmpty()) {
      problems.add(
          "state '%s' is none of %s".formatted(given, String.join(", ", Standing.labelsOfHeads())));
    }
    return state;
  }

  private static int limit(String given, List<String> problems) {
    try {
      int limit = Integer.parseInt(given);
      if (limit >= 1 && limit <= GREATEST_LIMIT) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // Told like one that is out of bounds.
    }
    problems.add("limit '%s' is no number from 1 to %d".formatted(given, GREATEST_LIMIT));
    return USUAL_LIMIT;
  }

  /** Whether a lane is wanted that has this head. */
  boolean wants(EffectKey head, Standing standing) {
    // Who asks for a lane that consumers share may be behind the head of another.
    boolean isOfOthers = lane.isPresent() && head.share().isPresent();
    return (isOfOthers || consumer.filter(its -> !its.equals(head.consumer())).isEmpty())
        && lane.filter(its -> !its.equals(head.lane()) && !its.equals(head.live().lane())).isEmpty()
        && state.filter(its -> its != standing).isEmpty();
  }
}
