package dev.tailrace.effects;

import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Which destinations answer again, on the way from the workers to a task's stream thread. */
final class Answers {

  private final Queue<Awaited> queue = new ConcurrentLinkedQueue<>();

  void add(Awaited answer) {
    queue.add(answer);
  }

  Optional<Awaited> take() {
    return Optional.ofNullable(queue.poll());
  }
}
