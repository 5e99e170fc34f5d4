package dev.tailrace.effects;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A consumer whose effects go in batches, in Streams' test driver, and what it was called with. */
final class Telling implements BeforeEachCallback, AfterEachCallback {

  private final DrivenApplication driven = new DrivenApplication();

  /** Each call: the numbers of its events, with the attempt of those that were tried before. */
  final List<String> calls = new ArrayList<>();

  final List<String> keys = new ArrayList<>();

  /** What is answered to the next calls; without one all are told. */
  final Deque<Function<Batch<TaskClaimed>, HandledBatch>> answers = new ArrayDeque<>();

  @Override
  public void beforeEach(ExtensionContext context) throws SQLException {
    driven.beforeEach(context);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    driven.afterEach(context);
  }

  /** Begins to register it. */
  Registration<TaskClaimed> tell(String schedule) {
    return driven
        .consumer("tell")
        .on(TaskClaimed.class)
        .retry(Backoff.schedule(schedule).jitter(0));
  }

  /** Ends its registration and begins to run. */
  void opens(Path state, BatchRegistration<TaskClaimed> batches) {
    batches.handleBatch(this::told);
    driven.open(state);
  }

  void open(Path state) {
    driven.open(state);
  }

  HandledBatch told(Batch<TaskClaimed> batch) throws IOException {
    calls.add(batch.effects().stream().map(Telling::text).collect(Collectors.joining(" ")));
    keys.add(batch.idempotencyKey());
    return answers.isEmpty() ? Outcome.done("told") : answers.poll().apply(batch);
  }

  private static String text(Effect<TaskClaimed> effect) {
    return number(effect) + (effect.attempt() > 1 ? "#" + effect.attempt() : "");
  }

  static String number(Effect<TaskClaimed> effect) {
    return effect.event().employeeId().substring("emp-".length()) + effect.item();
  }

  /** The next call is answered so for these, and that the others are told. */
  void answersFor(Set<String> numbers, Outcome outcome) {
    answers.add(
        batch ->
            batch.each(
                effect -> numbers.contains(number(effect)) ? outcome : Outcome.done("told")));
  }

  void comeTogether(Envelope... envelopes) {
    driven.driver().arriveAtOnce(envelopes);
  }

  /** Three in two lanes; the third is behind the first. */
  void threeCome() {
    comeTogether(Kitchen.claimed(1, "a"), Kitchen.claimed(2, "b"), Kitchen.claimed(3, "a"));
  }

  void passes(int seconds) {
    driven.driver().passes(Duration.ofSeconds(seconds));
  }

  /** How many stand among the done records. */
  long recorded() {
    return driven.database().count("select count(*) from effect_done where outcome = 'done'");
  }

  TestDriver driver() {
    return driven.driver();
  }

  TestDatabase database() {
    return driven.database();
  }
}
