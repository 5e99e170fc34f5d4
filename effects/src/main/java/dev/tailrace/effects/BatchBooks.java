package dev.tailrace.effects;

import dev.tailrace.effects.PendingEffect.Batched;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes down what becomes of the effects of a batch. Each is recorded like any other; but of a
 * lane nothing that is behind one that goes on waiting, and what is called again together is kept
 * together.
 */
final class BatchBooks {

  private final Instance shared;
  private final PendingStore pending;
  private final Lanes lanes;
  private final Books books;

  BatchBooks(Instance shared, PendingStore pending, Lanes lanes, Books books) {
    this.shared = shared;
    this.pending = pending;
    this.lanes = lanes;
    this.books = books;
  }

  void record(FinishedBatch batch) {
    Instant now = shared.clock().instant();
    Map<EffectKey, PendingEffect> together =
        switch (batch.next()) {
          case BatchEnded.Next.Alone alone -> Map.of();
          case BatchEnded.Next.AsTheyWere next -> again(those(batch, next.called()), now);
          case BatchEnded.Next.InHalves next -> halves(those(batch, next.called()), now);
        };
    var held = new HashSet<EffectKey.LaneId>();
    for (Finished each : batch.each()) {
      EffectKey key = each.key();
      PendingEffect after = together.get(key);
      if (after != null) {
        books.tell(each);
        pending.put(key, after);
        wait(key, after.waiting(now), held);
      } else if (held.contains(key.laneId())) {
        books.giveBack(each);
      } else {
        books.record(each);
        if (lanes.leads(key)) {
          held.add(key.laneId());
        }
      }
    }
  }

  private void wait(EffectKey key, Waiting until, Set<EffectKey.LaneId> held) {
    if (held.add(key.laneId())) {
      lanes.waiting(key, until);
    } else {
      lanes.giveBack(key, until);
    }
  }

  private static List<Finished> those(FinishedBatch batch, Set<EffectKey> called) {
    return batch.each().stream().filter(each -> called.contains(each.key())).toList();
  }

  /**
   * All wait for the same time and have failed once more. Who has no try left is given up, unless
   * one before it in its lane goes on.
   */
  private Map<EffectKey, PendingEffect> again(List<Finished> called, Instant now) {
    double lot = shared.lots().getAsDouble();
    var staying = new ArrayList<Finished>();
    var held = new HashSet<EffectKey.LaneId>();
    Optional<Duration> delay = Optional.empty();
    for (Finished each : called) {
      Optional<Duration> its = books.delay(each, lot);
      if (held.contains(each.key().laneId()) || its.isPresent()) {
        delay = staying.isEmpty() ? its : delay;
        staying.add(each);
        held.add(each.key().laneId());
      }
    }
    if (staying.isEmpty()) {
      return Map.of();
    }
    var retry = (Outcome.RetryAfter) staying.getFirst().outcome();
    Instant due = now.plus(retry.delay().isPresent() ? retry.delay().get() : delay.orElseThrow());
    var after = new HashMap<EffectKey, PendingEffect>();
    List<Batched> places = places(staying);
    for (int i = 0; i < staying.size(); i++) {
      Finished each = staying.get(i);
      // What was carried out already stays so, though its record could not be written.
      Optional<String> carriedOut = each.pending().carriedOut();
      PendingEffect failed =
          each.pending().failed(each.startedAt(), due, retry.reason(), carriedOut);
      after.put(each.key(), failed.in(Optional.of(places.get(i))));
    }
    return after;
  }

  private Map<EffectKey, PendingEffect> halves(List<Finished> called, Instant now) {
    var after = new HashMap<EffectKey, PendingEffect>();
    int half = called.size() / 2;
    for (List<Finished> part :
        List.of(called.subList(0, half), called.subList(half, called.size()))) {
      List<Batched> places = places(part);
      for (int i = 0; i < part.size(); i++) {
        after.put(part.get(i).key(), part.get(i).pending().cut(now, places.get(i)));
      }
    }
    return after;
  }

  /** In the next call, which has a name that tells it from those of others. */
  private static List<Batched> places(List<Finished> called) {
    String call = Batch.keyOf(called.stream().map(each -> each.key().text()).toList());
    var places = new ArrayList<Batched>();
    for (int place = 0; place < called.size(); place++) {
      places.add(new Batched(call, place));
    }
    return places;
  }
}
