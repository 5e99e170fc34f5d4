package dev.tailrace.effects;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * What a task tells of its lanes; without payloads, which are nobody's business here.
 *
 * @param wanted how many lanes are as they were asked for, also those that are not among these
 * @param lanes the longest of them
 * @param paused what operators have paused
 */
record TaskLanes(int task, int wanted, List<SeenLane> lanes, Set<Scope> paused) {

  /**
   * A lane.
   *
   * @param pending how many effects it has
   * @param effects its head, or the first of its queue when that was asked for
   */
  record SeenLane(
      int task, EffectKey head, Standing standing, int pending, List<SeenEffect> effects) {

    /** The longest first. */
    static final Comparator<SeenLane> ORDER =
        Comparator.comparingInt(SeenLane::pending)
            .reversed()
            .thenComparing(lane -> lane.head().consumer())
            .thenComparing(lane -> lane.head().lane());

    private SeenLane with(List<SeenEffect> its) {
      return new SeenLane(task, head, standing, pending, its);
    }
  }

  /**
   * A pending effect.
   *
   * @param attempt the number of the attempt that is made or will be next
   */
  record SeenEffect(
      EffectKey key,
      Standing standing,
      String type,
      String seq,
      int attempt,
      Instant since,
      Instant due,
      Optional<Awaited> awaited,
      Optional<String> lastError) {

    static SeenEffect of(EffectKey key, Standing standing, PendingEffect effect) {
      return new SeenEffect(
          key,
          standing,
          effect.envelope().type(),
          effect.envelope().seq(),
          effect.failures() + 1,
          effect.since(),
          effect.due(),
          effect.awaited().filter(awaited -> standing.isAwaiting()),
          effect.lastError());
    }
  }

  /** Looks for what is asked for; for the task's stream thread alone. */
  static TaskLanes of(int task, LanesQuery query, Lanes lanes, PendingStore pending) {
    var longest = new PriorityQueue<SeenLane>(SeenLane.ORDER.reversed());
    int[] wanted = {0};
    lanes.forEachHead(
        (head, standing, size) -> {
          if (query.wants(head, standing)) {
            wanted[0]++;
            longest.add(new SeenLane(task, head, standing, size, List.of()));
            if (longest.size() > query.limit()) {
              longest.remove();
            }
          }
        });
    var seen = new ArrayList<SeenLane>();
    for (SeenLane each : longest) {
      EffectKey head = each.head();
      seen.add(
          each.with(
              query.lane().isPresent()
                  ? queue(head, query.limit(), lanes, pending)
                  : List.of(SeenEffect.of(head, each.standing(), pending.get(head)))));
    }
    return new TaskLanes(task, wanted[0], seen, lanes.paused());
  }

  private static List<SeenEffect> queue(
      EffectKey head, int most, Lanes lanes, PendingStore pending) {
    var queue = new ArrayList<SeenEffect>();
    pending.forEachOfLane(
        head, most, (key, effect) -> queue.add(SeenEffect.of(key, lanes.standing(key), effect)));
    return queue;
  }
}
