package dev.tailrace.relay;

import dev.tailrace.testkit.Seed;
import dev.tailrace.testkit.TestDatabase;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Appends without an end, over keys of its own, in several transactions that overlap and commit in
 * another order than they began in, or are rolled back; and remembers in which order what was
 * committed.
 *
 * <p>Postgres may be killed under it. Of a commit that was not answered it asks the table then,
 * before it commits anything else.
 */
final class Writer implements Runnable {

  private static final int KEYS = 7;
  private static final int OPEN = 3;

  /** Between two writes, in milliseconds: so that a long run has no more rows than can be read. */
  private static final int MOST_PAUSE = 250;

  private final TestDatabase database;
  private final Seed seed;
  private final List<String> keys = new ArrayList<>();
  private final Map<String, List<String>> committed = new HashMap<>();
  private final StopSignal stop = new StopSignal();
  private Optional<WriterTransaction> unanswered = Optional.empty();
  private volatile int rows;

  Writer(TestDatabase database, Seed seed, String name) {
    this.database = database;
    this.seed = seed;
    for (int i = 0; i < KEYS; i++) {
      keys.add(name + "-" + i);
    }
  }

  @Override
  public void run() {
    try {
      while (!stop.isRaised() || unanswered.isPresent()) {
        try {
          settle();
          write();
        } catch (SQLException e) {
          // Postgres is away: until it is back.
          var _ = stop.within(Duration.ofMillis(50));
        }
      }
    } catch (InterruptedException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void write() throws SQLException, IOException, InterruptedException {
    var open = new ArrayList<WriterTransaction>();
    try {
      for (int i = 0; i < OPEN; i++) {
        open.add(new WriterTransaction(database.connect(), keys, seed));
      }
      while (!stop.within(Duration.ofMillis(seed.below(MOST_PAUSE)))) {
        seed.oneOf(open).write();
        if (seed.oneIn(2)) {
          end(seed.oneOf(open));
        }
      }
      for (WriterTransaction one : open) {
        end(one);
      }
    } finally {
      for (WriterTransaction one : open) {
        one.close();
      }
    }
  }

  private void end(WriterTransaction transaction) throws SQLException {
    if (seed.oneIn(8)) {
      transaction.rollback();
      return;
    }
    unanswered = Optional.of(transaction);
    transaction.commit();
    remember(transaction);
  }

  private void settle() throws SQLException {
    if (unanswered.isPresent()) {
      if (unanswered.get().isCommitted(database)) {
        remember(unanswered.get());
      }
      unanswered = Optional.empty();
    }
  }

  private void remember(WriterTransaction transaction) {
    for (WriterTransaction.Row row : transaction.rows()) {
      committed.computeIfAbsent(row.key(), _ -> new ArrayList<>()).add(row.id().toString());
    }
    rows = committed.values().stream().mapToInt(List::size).sum();
    transaction.forget();
    unanswered = Optional.empty();
  }

  int rows() {
    return rows;
  }

  Map<String, List<String>> committed() {
    return committed;
  }

  void end() {
    stop.raise();
  }
}
