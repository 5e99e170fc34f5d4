package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Consumers that share lanes: of all of theirs one effect runs at a time. */
class SharedLanesIT {

  @RegisterExtension private final DrivenApplication driven = new DrivenApplication();
  private final List<String> seen = new ArrayList<>();
  private final List<String> keys = new ArrayList<>();

  /** What is answered to an effect, once. */
  private final Map<String, Outcome> answers = new HashMap<>();

  @TempDir private Path state;

  /** In this order, which is not that of their names. */
  private void sync() {
    register("sync").handle(this::answer);
    register("link").handle(this::answer);
    driven.open(state);
  }

  private Registration<TaskClaimed> register(String name) {
    return driven
        .consumer(name)
        .on(TaskClaimed.class)
        .retry(Backoff.schedule("5s*9").jitter(0))
        .sharing("subscription");
  }

  private Outcome answer(Effect<TaskClaimed> effect) {
    String number = effect.event().employeeId().substring("emp-".length());
    String its = effect.consumer() + " " + number;
    seen.add(its + "#" + effect.attempt());
    keys.add(effect.idempotencyKey());
    Outcome answer = answers.remove(its);
    return answer == null ? Outcome.done("done") : answer;
  }

  private void arrives(int number, String task) {
    driven.driver().arrives(Kitchen.claimed(number, task));
  }

  @Test
  void oneOfThemRunsAtATimeInTheOrderOfEventsAndThenOfTheirRegistration() {
    sync();
    answers.put("sync 1", Outcome.retry("no customer"));
    arrives(1, "a");
    arrives(3, "a");
    arrives(2, "a");
    arrives(4, "b");
    assertThat(seen).containsExactly("sync 1#1", "sync 4#1", "link 4#1");

    driven.driver().passes(Duration.ofSeconds(6));
    assertThat(seen.subList(3, 9))
        .containsExactly("sync 1#2", "link 1#1", "sync 2#1", "link 2#1", "sync 3#1", "link 3#1");
    assertThat(keys).contains(Kitchen.id(1) + ":sync", Kitchen.id(1) + ":link");
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void lanesAcrossKeysAreSharedToo() {
    register("sync").laneAcross(Received::tenantId).handle(this::answer);
    register("link").laneAcross(Received::tenantId).handle(this::answer);
    driven.open(state);
    answers.put("sync 1", Outcome.retry("no customer"));
    arrives(1, "a");
    arrives(2, "b");
    driven.driver().passes(Duration.ofSeconds(6));

    assertThat(seen).containsExactly("sync 1#1", "sync 1#2", "link 1#1", "sync 2#1", "link 2#1");
  }

  @Test
  void lanesOfAPausedConsumerAreHeldWhereItsEffectsLeadThem() {
    sync();
    driven.driver().asked(new Command.Pause(Scope.ofConsumer("link"), "ann", "repairs"));
    arrives(1, "a");
    arrives(2, "a");
    driven.driver().passes(Duration.ofHours(1));
    assertThat(seen).containsExactly("sync 1#1");

    driven.driver().asked(new Command.Resume(Scope.ofConsumer("link"), "ann", "mended"));
    assertThat(seen).containsExactly("sync 1#1", "link 1#1", "sync 2#1", "link 2#1");
  }

  @Test
  void aPausedLaneIsOfOneConsumer() {
    sync();
    driven.driver().asked(new Command.Pause(Scope.ofLane("link", "a"), "ann", "repairs"));
    arrives(1, "a");
    arrives(2, "b");

    assertThat(seen).containsExactly("sync 1#1", "sync 2#1", "link 2#1");
  }

  @Test
  void whatIsCancelledIsOneConsumersAndTheLaneGoesOn() {
    sync();
    answers.put("sync 1", Outcome.retry("no customer"));
    for (int number = 1; number <= 3; number++) {
      arrives(number, "a");
    }
    driven.driver().asked(new Command.Cancel(Scope.ofConsumer("sync"), "ann", "no need"));

    assertThat(seen).containsExactly("sync 1#1", "link 1#1", "link 2#1", "link 3#1");
    assertThat(driven.driver().attempts())
        .contains("sync emp-1 cancelled by ann: no need", "sync emp-3 cancelled by ann: no need");
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void whatWaitsIsTriedNowForItsConsumerAlone() {
    sync();
    answers.put("sync 1", Outcome.retry("no customer"));
    arrives(1, "a");
    driven.driver().asked(new Command.RetryNow(Scope.ofConsumer("link"), "ann", "try"));
    assertThat(seen).containsExactly("sync 1#1");

    driven.driver().asked(new Command.RetryNow(Scope.ofLane("sync", "a"), "ann", "try"));
    assertThat(seen).containsExactly("sync 1#1", "sync 1#2", "link 1#1");
  }

  @Test
  void aDeadOneHoldsNothingAndComesBackAtTheEndOfTheLane() {
    sync();
    answers.put("sync 1", Outcome.dead("no customer"));
    answers.put("sync 2", Outcome.retry("no customer"));
    arrives(1, "a");
    arrives(2, "a");
    driven
        .driver()
        .asked(new Command.Redrive(driven.driver().letters().getFirst(), "ann", "there is one"));
    driven.driver().passes(Duration.ofSeconds(6));

    assertThat(seen)
        .containsExactly("sync 1#1", "link 1#1", "sync 2#1", "sync 2#2", "link 2#1", "sync 1#1");
  }

  @Test
  void aDeathsEffectIsInALaneOfItsOwn() {
    register("sync").onDead(effect -> Outcome.retry("nobody listens")).handle(this::answer);
    register("link").handle(this::answer);
    driven.open(state);
    answers.put("sync 1", Outcome.dead("no customer"));
    arrives(1, "a");
    arrives(2, "a");

    assertThat(seen).containsExactly("sync 1#1", "link 1#1", "sync 2#1", "link 2#1");
    assertThat(driven.driver().pending()).isOne();
  }

  @Test
  void oneItemIsOneLaneOfAllWhoShareIt() {
    register("sync").each(received -> List.of("m1", "m2")).handle(this::answer);
    register("link").each(received -> List.of("m2")).handle(this::answer);
    driven.open(state);
    answers.put("sync 1", Outcome.retry("busy"));
    arrives(1, "a");

    assertThat(driven.driver().lanes())
        .contains("sync emp-1 in a/m2", "link emp-1 in a/m2", "sync emp-1 in a/m1");
  }
}
