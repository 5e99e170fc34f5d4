package dev.tailrace.effects;

import static dev.tailrace.effects.DrivenApplication.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.event.KitchenEvent.TaskReleased;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Lanes across Kafka keys, whose effects go through a topic; here that is one task's. */
class LanesAcrossIT {

  private static final String ACROSS = "effects.across.kitchen";

  @RegisterExtension private final DrivenApplication driven = new DrivenApplication();
  private final List<String> seen = new ArrayList<>();
  private final List<String> keys = new ArrayList<>();

  /** What is answered to an employee's effect, once. */
  private final Map<String, Outcome> answers = new HashMap<>();

  @TempDir private Path state;

  private Registration<TaskClaimed> ring() {
    return driven
        .consumer("ring")
        .on(TaskClaimed.class)
        .retry(Backoff.schedule("5s*9").jitter(0))
        .laneAcross(Received::tenantId);
  }

  private Outcome answer(Effect<TaskClaimed> effect) {
    seen.add(effect.event().employeeId() + "#" + effect.attempt());
    keys.add(effect.idempotencyKey());
    Outcome answer = answers.remove(effect.event().employeeId());
    return answer == null ? Outcome.done("rung") : answer;
  }

  private void arrives(int number, String task) {
    driven.driver().arrives(Kitchen.claimed(number, task));
  }

  private void redriveAll() {
    for (DeadLetter letter : driven.driver().letters()) {
      driven.driver().asked(new Command.Redrive(letter, "ann", "it is back"));
    }
  }

  @Test
  void effectsOfManyAggregatesRunOneAfterAnotherInTheOrderOfTheirEvents() {
    ring().handle(this::answer);
    driven.open(state);
    answers.put("emp-1", Outcome.retry("busy"));
    arrives(1, "a");
    arrives(4, "b");
    arrives(3, "c");
    arrives(2, "d");
    assertThat(seen).containsExactly("emp-1#1");

    driven.driver().passes(Duration.ofSeconds(6));
    assertThat(seen).containsExactly("emp-1#1", "emp-1#2", "emp-2#1", "emp-3#1", "emp-4#1");
    assertThat(driven.driver().crossed()).hasSize(4).containsOnly("org_1");
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void onlyWhatPassesCrosses() {
    ring().when(received -> received.event().taskId().equals("b")).handle(this::answer);
    driven.open(state);
    arrives(1, "a");
    arrives(2, "b");

    assertThat(driven.driver().crossed()).hasSize(1);
    assertThat(seen).containsExactly("emp-2#1");
  }

  @Test
  void anEventThatComesTwiceIsCarriedOutOnce() {
    ring().handle(this::answer);
    driven.open(state);
    arrives(1, "a");
    arrives(1, "a");

    assertThat(seen).containsExactly("emp-1#1");
  }

  @Test
  void whatWasGivenUpCrossesAgainToTheEndOfItsLane() {
    ring().handle(this::answer);
    driven.open(state);
    answers.put("emp-1", Outcome.dead("gone"));
    arrives(1, "a");
    answers.put("emp-2", Outcome.retry("busy"));
    arrives(2, "b");
    redriveAll();
    arrives(3, "c");
    driven.driver().passes(Duration.ofSeconds(6));

    assertThat(seen).startsWith("emp-1#1", "emp-2#1", "emp-2#2").contains("emp-1#1", "emp-3#1");
    assertThat(seen.subList(3, 5)).containsExactly("emp-1#1", "emp-3#1");
    assertThat(keys).contains(Kitchen.id(1) + ":ring").hasSize(5);
  }

  @Test
  void whatHadNoLaneFindsItWhenItIsRedriven() {
    var faults = new ArrayList<>(List.of("no lane today"));
    driven
        .consumer("ring")
        .on(TaskClaimed.class)
        .laneAcross(
            received -> {
              if (!faults.isEmpty()) {
                throw new IllegalStateException(faults.removeFirst());
              }
              return received.tenantId();
            })
        .handle(this::answer);
    driven.open(state);
    arrives(1, "a");
    assertThat(seen).isEmpty();
    List<DeadLetter> letters = driven.driver().letters();
    assertThat(letters).singleElement().extracting(DeadLetter::reason).asString().contains("today");

    driven.driver().asked(new Command.Redrive(letters.getFirst(), "ann", "there is one now"));
    assertThat(seen).containsExactly("emp-1#1");
    assertThat(driven.driver().lanes()).containsExactly("ring emp-1 in org_1");
  }

  @Test
  void whatCanNotBeReadIsADeadLetter() {
    ring().handle(this::answer);
    driven.open(state);
    driven.driver().arrives(Kitchen.withPayload(Kitchen.claimed(1, "a"), "[]"));

    assertThat(driven.driver().dead()).singleElement().asString().contains("VALIDATION_ERROR");
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void itemsAndDeathsHaveLanesAcrossToo() {
    var broken = new ArrayList<>(List.of("m2"));
    ring()
        .each(received -> List.of("m1", "m2"))
        .onDead(effect -> Outcome.done(effect.item()))
        .handle(effect -> broken.remove(effect.item()) ? Outcome.dead("gone") : answer(effect));
    driven.open(state);
    arrives(1, "a");
    redriveAll();

    assertThat(driven.driver().lanes())
        .containsExactly(
            "ring emp-1 in org_1",
            "ring emp-1 in org_1/m1",
            "ring emp-1 in org_1/m2",
            "ring.onDead emp-1 in org_1/m2",
            "ring emp-1 in org_1/m2");
    assertThat(keys).containsExactly(Kitchen.id(1) + ":ring:m1", Kitchen.id(1) + ":ring:m2");
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void whatIsParkedIsWokenByAnEventOfAnotherAggregate() {
    ring().wokenBy(TaskReleased.class).handle(this::answer);
    driven.open(state);
    answers.put("emp-1", Outcome.parked(TaskReleased.class, "z", "not free"));
    arrives(1, "a");
    arrives(2, "b");
    driven.driver().arrives(Kitchen.released(3, "z"));

    assertThat(seen).containsExactly("emp-1#1", "emp-1#1", "emp-2#1");
  }

  @Test
  void aDelayCountsFromWhenTheEventCame() {
    ring().delay(Duration.ofMinutes(10)).handle(this::answer);
    driven.open(state);
    Instant came = NOON.minus(Duration.ofMinutes(6));
    var first = crossing("ring", 1);
    driven
        .driver()
        .arrives(ACROSS, new TestRecord<>("org_1", first.value(), first.headers(), came));
    driven.driver().passes(Duration.ofMinutes(3));
    assertThat(seen).isEmpty();

    driven.driver().passes(Duration.ofMinutes(2));
    assertThat(seen).containsExactly("emp-1#1");
  }

  @Test
  void whatDoesNotSayWhoseItIsIsADeadLetterAndHoldsNothingUp() {
    ring().handle(this::answer);
    driven.open(state);
    buriesCrossing("tailrace-crosser names", Kitchen.test(Kitchen.claimed(1, "a")));
    var crossing = crossing("ring", 1);
    buriesCrossing(
        "its key is the lane", new TestRecord<>(null, crossing.value(), crossing.headers()));
    buriesCrossing("ce_id is missing", new TestRecord<>("org_1", bytes("{}")));
    Headers none = new RecordHeaders(crossing.headers());
    none.add(DeadLetter.CONSUMER, bytes("ring")).add(DeadLetter.PARTITION, bytes("first"));
    buriesCrossing("no dead letter", new TestRecord<>("org_1", crossing.value(), none));
    arrives(2, "a");

    assertThat(seen).containsExactly("emp-2#1");
  }

  private void buriesCrossing(String reason, TestRecord<String, byte[]> record) {
    driven.driver().arrives(ACROSS, record);
    assertThat(driven.driver().dead()).singleElement().asString().contains(reason);
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void whatCrossedForAConsumerThatThisVersionLacksStaysPending() {
    ring().handle(this::answer);
    driven.open(state);
    driven.driver().arrives(ACROSS, crossing("gone", 1));
    assertThat(driven.driver().pending()).isOne();
    assertThat(driven.driver().dead()).isEmpty();

    driven.driver().asked(new Command.Cancel(Scope.ofConsumer("gone"), "ann", "nobody needs it"));
    assertThat(driven.driver().pending()).isZero();
  }

  @Test
  void whatCrossedUnderAFormerNameGoesOnUnderItsIdempotencyKey() {
    ring().formerly("bell").handle(this::answer);
    driven.open(state);
    driven.driver().arrives(ACROSS, crossing("bell", 1));

    assertThat(keys).containsExactly(Kitchen.id(1) + ":bell");
  }

  private static TestRecord<String, byte[]> crossing(String consumer, int number) {
    TestRecord<String, byte[]> record = Kitchen.test(Kitchen.claimed(number, "a"));
    Headers headers = new RecordHeaders(record.headers());
    headers.add(Output.CROSSER, bytes(consumer));
    return new TestRecord<>("org_1", record.value(), headers);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
