package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.testkit.Await;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class IntakeTest {

  private static final int ROOM = 10_000;
  private static final Duration LONG = Duration.ofMinutes(1);

  private final Intake intake = new Intake(ROOM);

  @Test
  void givesAllThereIsInItsOrder() throws Exception {
    List<WalEvent> events = List.of(row("one"), new WalEvent.End(1), row("two"));
    for (WalEvent event : events) {
      intake.put(event);
    }
    assertThat(intake.take(LONG)).isEqualTo(events);
    assertThat(intake.take(Duration.ZERO)).isEmpty();
    assertThat(intake.bytes()).isZero();
  }

  @Test
  void countsBytesAndNotOnlyEvents() throws Exception {
    intake.put(row("x".repeat(1_000)));
    assertThat(intake.bytes()).isBetween(1_000L, 1_500L);
    intake.put(new WalEvent.End(1));
    assertThat(intake.bytes()).as("what has no texts counts too").isBetween(1_100L, 2_000L);
  }

  @Test
  void letsOneInThatIsLargerThanAllRoom() throws Exception {
    WalEvent large = row("x".repeat(2 * ROOM));
    intake.put(large);
    assertThat(intake.take(LONG)).containsExactly(large);
  }

  @Test
  void keepsTheNextWaitingUntilThereIsRoom() throws Exception {
    intake.put(row("x".repeat(ROOM)));
    WalEvent next = row("next");
    FutureTask<List<WalEvent>> put = whenWaiting(() -> putAndNothing(next));
    assertThat(intake.bytes()).isLessThan(ROOM + 1_000);
    assertThat(intake.take(LONG)).hasSize(1);
    put.get();
    assertThat(intake.take(LONG)).containsExactly(next);
  }

  @Test
  void wakesWhoTakesWithTheFirst() throws Exception {
    FutureTask<List<WalEvent>> take = whenWaiting(() -> intake.take(LONG));
    intake.put(row("first"));
    assertThat(take.get()).hasSize(1);
  }

  @Test
  void tellsAFailureOnceAllThatWasReadBeforeIsTaken() throws Exception {
    WalEvent before = row("before");
    intake.put(before);
    intake.failed(new IOException("the connection broke"));
    intake.failed(new IOException("and what follows from that"));
    assertThat(intake.take(LONG)).containsExactly(before);
    assertThatThrownBy(() -> intake.take(LONG))
        .isInstanceOf(IOException.class)
        .hasMessage("the connection broke");
  }

  @Test
  void wakesWhoTakesWithAFailure() throws Exception {
    FutureTask<List<WalEvent>> take = whenWaiting(() -> intake.take(LONG));
    intake.failed(new IOException("the connection broke"));
    assertThatThrownBy(take::get)
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseMessage("the connection broke");
  }

  @Test
  void wakesWhoPutsWhenItIsClosed() throws Exception {
    intake.put(row("x".repeat(ROOM)));
    FutureTask<List<WalEvent>> put = whenWaiting(() -> putAndNothing(row("never")));
    intake.close();
    assertThat(put.get()).isEmpty();
    intake.put(row("nor later"));
    assertThat(intake.take(LONG)).as("what was there before").hasSize(1);
    assertThat(intake.take(LONG)).isEmpty();
  }

  @Test
  void wakesWhoTakesWhenItIsClosed() throws Exception {
    FutureTask<List<WalEvent>> take = whenWaiting(() -> intake.take(LONG));
    intake.close();
    assertThat(take.get()).isEmpty();
  }

  private List<WalEvent> putAndNothing(WalEvent event) throws InterruptedException {
    intake.put(event);
    return List.of();
  }

  /** What goes on in another thread, which is in the middle of it by now. */
  private static FutureTask<List<WalEvent>> whenWaiting(Callable<List<WalEvent>> work) {
    var task = new FutureTask<>(work);
    Thread thread = Thread.startVirtualThread(task);
    Await.until(
        "it waits",
        () ->
            thread.getState() == Thread.State.WAITING
                || thread.getState() == Thread.State.TIMED_WAITING);
    return task;
  }

  private static WalEvent row(String payload) {
    return new WalEvent.Inserted(
        new OutboxRow(
            new UUID(0, 1),
            "t",
            "kind",
            "key",
            "a.b",
            payload,
            "{}",
            Instant.EPOCH,
            Instant.EPOCH));
  }
}
