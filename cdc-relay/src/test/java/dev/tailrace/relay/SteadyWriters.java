package dev.tailrace.relay;

import dev.tailrace.testkit.Seed;
import dev.tailrace.testkit.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Several {@link Writer}s at work at once, each on keys of its own. */
final class SteadyWriters implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final List<Writer> all = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  SteadyWriters(TestDatabase database, Seed seed, int count) {
    for (int i = 0; i < count; i++) {
      var writer = new Writer(database, seed.split(), "w" + i);
      all.add(writer);
      threads.add(Thread.startVirtualThread(writer));
    }
  }

  /** How many rows are committed by now. */
  int rows() {
    return all.stream().mapToInt(Writer::rows).sum();
  }

  /** The ids of each key, in the order of their commits; call it after {@link #close}. */
  Map<String, List<String>> committed() {
    var committed = new HashMap<String, List<String>>();
    all.forEach(writer -> committed.putAll(writer.committed()));
    return committed;
  }

  /** Returns when each knows what became of all that it began. */
  @Override
  public void close() {
    all.forEach(Writer::end);
    try {
      for (Thread thread : threads) {
        if (!thread.join(LIMIT)) {
          throw new IllegalStateException("a writer waits for Postgres for ever");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
