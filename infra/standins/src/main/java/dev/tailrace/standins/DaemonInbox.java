package dev.tailrace.standins;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The newest ten thousand deliveries of each kind, and what is made of what comes twice or late.
 */
final class DaemonInbox {

  private static final int KEPT = 10_000;
  private static final int TAKEN = 200;
  private static final int LATE = 409;

  private final Clock clock;
  private final Deque<DaemonDelivery> received = new ArrayDeque<>();
  private final Deque<DaemonDelivery> taken = new ArrayDeque<>();
  private final Deque<DaemonDelivery> duplicates = new ArrayDeque<>();
  private final Set<String> ids = new HashSet<>();
  private final Map<Lane, Long> greatest = new HashMap<>();
  private boolean checkingLanes;

  DaemonInbox(Clock clock) {
    this.clock = clock;
  }

  synchronized void checkLanes(boolean check) {
    checkingLanes = check;
  }

  /** Answers the status: 409 for what comes late in its lane, where that is checked, else 200. */
  synchronized int take(String id, String path, OptionalLong laneSeq, String body) {
    DaemonConversation conversation = DaemonConversation.of(path, body);
    boolean late = laneSeq.isPresent() && isLate(new Lane(path, conversation), laneSeq.getAsLong());
    int status = late && checkingLanes ? LATE : TAKEN;
    DaemonDelivery delivery =
        new DaemonDelivery(id, path, conversation.name(), laneSeq, body, clock.instant(), status);
    keep(received, delivery);
    if (status == TAKEN) {
      keep(ids.add(id) ? taken : duplicates, delivery);
    }
    return status;
  }

  synchronized List<DaemonDelivery> received() {
    return List.copyOf(received);
  }

  synchronized List<DaemonDelivery> taken() {
    return List.copyOf(taken);
  }

  synchronized List<DaemonDelivery> duplicates() {
    return List.copyOf(duplicates);
  }

  synchronized void forget() {
    received.clear();
    taken.clear();
    duplicates.clear();
    ids.clear();
    greatest.clear();
  }

  private static void keep(Deque<DaemonDelivery> newest, DaemonDelivery delivery) {
    newest.addLast(delivery);
    if (newest.size() > KEPT) {
      newest.removeFirst();
    }
  }

  /** What is about no conversation may be of any lane: the seqs of several meet there. */
  private boolean isLate(Lane lane, long seq) {
    if (lane.conversation().name().isEmpty()) {
      return false;
    }
    long before = greatest.getOrDefault(lane, 0L);
    greatest.put(lane, Math.max(before, seq));
    return seq < before;
  }

  private record Lane(String path, DaemonConversation conversation) {}
}
