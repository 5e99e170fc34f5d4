package dev.tailrace.consumers.journal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;

/**
 * Reading and writing until something goes away: while one batch is being written, the next is
 * read. Nothing is remembered from one session to the next; where to read on is in the tables.
 */
final class JournalSession implements AutoCloseable {

  private static final Duration LOOK_FOR_TOPICS = Duration.ofSeconds(5);
  private static final Duration MEASURE = Duration.ofMillis(500);

  private static final Batch NOTHING = new Batch(List.of());

  private final Intake intake;
  private final JournalTables tables;
  private final Progress progress;
  private final Clock clock;
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("journal-writer").factory());
  private Future<?> writing = CompletableFuture.completedFuture(true);
  private Batch underWay = NOTHING;
  private Batch next = NOTHING;
  private Optional<Mark> mark = Optional.empty();

  /** Where the partitions ended at a time. */
  private record Mark(Instant at, Map<TopicPartition, Long> ends) {}

  JournalSession(Intake intake, JournalTables tables, Progress progress, Clock clock) {
    this.intake = intake;
    this.tables = tables;
    this.progress = progress;
    this.clock = clock;
  }

  /**
   * Runs until it is told to stop.
   *
   * @throws Exception what went away, or that there is a rebuild
   */
  void run(BooleanSupplier stopped) throws Exception {
    long looked = System.nanoTime();
    long measured = looked - MEASURE.toNanos();
    intake.lookForTopics();
    while (!stopped.getAsBoolean()) {
      if (isOver(looked, LOOK_FOR_TOPICS)) {
        intake.lookForTopics();
        looked = System.nanoTime();
      }
      next = intake.poll();
      awaitWritten();
      if (next.size() > 0) {
        writeNext();
      }
      if (isOver(measured, MEASURE)) {
        measure();
        measured = System.nanoTime();
      }
    }
    awaitWritten();
  }

  private static boolean isOver(long since, Duration period) {
    return System.nanoTime() - since > period.toNanos();
  }

  private void writeNext() {
    Batch batch = next;
    underWay = batch;
    next = NOTHING;
    writing =
        writer.submit(
            () -> {
              tables.write(batch);
              return true;
            });
  }

  /** While it takes long, how far behind the journal falls is told. */
  private void awaitWritten() throws Exception {
    try {
      while (!isWritten()) {
        progress.behind(behind(intake.ends()));
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : new IllegalStateException(e);
    }
    progress.written(underWay);
    underWay = NOTHING;
  }

  private boolean isWritten() throws ExecutionException, InterruptedException {
    try {
      writing.get(MEASURE.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  /** What is polled may yet fail to be written. */
  private Map<String, Long> behind(Map<TopicPartition, Long> ends) {
    Map<String, Long> behind = intake.behind(ends);
    for (Batch unwritten : List.of(underWay, next)) {
      unwritten.entries().forEach(it -> behind.merge(it.place().topic(), 1L, Long::sum));
    }
    return behind;
  }

  /**
   * Tells how far behind the journal is, and up to when it has everything: up to now when there is
   * nothing more, and else, while events keep coming, up to the last mark that it has passed.
   */
  private void measure() throws Exception {
    awaitWritten();
    var now = new Mark(clock.instant(), intake.ends());
    Map<String, Long> behind = behind(now.ends());
    progress.behind(behind);
    if (isNothing(behind)) {
      mark = Optional.of(now);
    }
    if (mark.isEmpty()) {
      mark = Optional.of(now);
    } else if (isNothing(behind(mark.get().ends()))) {
      tables.caughtUp(mark.get().at());
      progress.caughtUp();
      mark = Optional.of(now);
    }
  }

  private static boolean isNothing(Map<String, Long> behind) {
    return behind.values().stream().allMatch(records -> records == 0);
  }

  /** What is being written comes to its end, or its connection does. */
  @Override
  public void close() {
    writer.shutdownNow();
    intake.close();
  }
}
