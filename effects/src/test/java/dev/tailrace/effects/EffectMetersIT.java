package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.event.KitchenEvent.TaskReleased;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What the meters say of an application in Streams' test driver. */
class EffectMetersIT {

  private static final Duration COUNTED = Duration.ofSeconds(6);

  /** By task what comes of its next attempts; the others are done. */
  private final Map<String, Outcome> answers = new HashMap<>();

  @RegisterExtension final DrivenApplication kitchen = new DrivenApplication();

  @TempDir private Path state;

  @BeforeEach
  void open() {
    kitchen
        .consumer("ring")
        .on(TaskClaimed.class)
        .retry(Backoff.schedule("1h*2").jitter(0))
        .deadOn(UnsupportedOperationException.class)
        .wokenBy(TaskReleased.class)
        .handle(
            effect -> {
              if (effect.event().taskId().equals("thrown")) {
                throw new UnsupportedOperationException("no bell");
              }
              return answers.getOrDefault(effect.event().taskId(), Outcome.done("rung"));
            });
    kitchen
        .consumer("send")
        .on(TaskClaimed.class)
        .when(received -> received.event().taskId().startsWith("machine"))
        .destination(effect -> effect.event().taskId())
        .retry(Backoff.schedule("1s*99").jitter(0))
        .handle(effect -> Outcome.retry("no answer"));
    kitchen
        .consumer("mail")
        .on(TaskClaimed.class)
        .when(received -> received.event().taskId().startsWith("mail"))
        .rate(Rate.perMinute(1).burst(1))
        .handle(effect -> Outcome.done("mailed"));
    kitchen.open(state);
  }

  private void arrives(int number, String task) {
    kitchen.driver().arrives(Kitchen.claimed(number, task));
  }

  private double gauge(String name, String... tags) {
    return kitchen.driver().meters().get("tailrace.effects." + name).tags(tags).gauge().value();
  }

  private double lanes(String consumer, String state) {
    return gauge("lanes", "consumer", consumer, "state", state);
  }

  private double counter(String name, String... tags) {
    return kitchen.driver().meters().get("tailrace.effects." + name).tags(tags).counter().count();
  }

  private Timer timer(String name, String outcome) {
    return kitchen
        .driver()
        .meters()
        .get("tailrace.effects." + name)
        .tags("consumer", "ring", "outcome", outcome)
        .timer();
  }

  @Test
  void whatIsPendingIsCountedByConsumerAndByWhereTheHeadOfItsLaneStands() {
    answers.put("busy", Outcome.retry("busy"));
    answers.put("waits", Outcome.parked(TaskReleased.class, "waits", "not free"));
    arrives(1, "busy");
    arrives(2, "busy");
    arrives(3, "waits");
    kitchen.driver().asked(new Command.Pause(Scope.ofLane("ring", "halted"), "ann", "repairs"));
    arrives(4, "halted");
    arrives(5, "done");
    kitchen.driver().passes(COUNTED);

    assertThat(gauge("pending", "consumer", "ring")).isEqualTo(4);
    assertThat(gauge("pending", "consumer", "mail")).isZero();
    assertThat(lanes("ring", "waiting")).isOne();
    assertThat(lanes("ring", "parked")).isOne();
    assertThat(lanes("ring", "paused")).isOne();
    assertThat(lanes("ring", "running")).isZero();
    assertThat(gauge("tasks")).isOne();
    assertThat(gauge("workers.free")).isOne();
  }

  @Test
  void theOldestAgesUntilItIsSettled() {
    answers.put("waits", Outcome.parked(TaskReleased.class, "waits", "not free"));
    arrives(1, "waits");
    kitchen.clock.advance(Duration.ofMinutes(10));
    arrives(2, "waits");
    assertThat(gauge("oldest.age", "consumer", "ring")).isBetween(600.0, 602.0);

    answers.remove("waits");
    kitchen.driver().arrives(Kitchen.released(3, "waits"));
    assertThat(gauge("pending", "consumer", "ring")).isZero();
    assertThat(gauge("oldest.age", "consumer", "ring")).isZero();
  }

  @Test
  void anAttemptIsTimedAndSoIsTheWayFromTheCommitToTheEnd() {
    answers.put("busy", Outcome.retry("busy"));
    arrives(1, "busy");
    answers.remove("busy");
    kitchen.driver().passes(Duration.ofHours(1));

    assertThat(timer("attempts", "retry").count()).isOne();
    assertThat(timer("attempts", "done").count()).isOne();
    assertThat(timer("completion", "done").count()).isOne();
    assertThat(timer("completion", "done").totalTime(TimeUnit.MINUTES)).isBetween(60.0, 61.0);
    assertThat(timer("completion", "done").takeSnapshot().histogramCounts())
        .as("buckets, of which any percentile can be told over all instances")
        .hasSizeGreaterThan(5);
  }

  @Test
  void whatIsDeadIsCountedByTheKindOfItsReason() {
    answers.put("refused", Outcome.dead("the bell of " + System.nanoTime() + " is gone"));
    answers.put("busy", Outcome.retry("busy"));
    arrives(1, "refused");
    arrives(2, "busy");
    arrives(3, "thrown");
    kitchen
        .driver()
        .arrives(Kitchen.withPayload(Kitchen.claimed(4, "a"), "{\"claimedAt\":\"noon\"}"));
    kitchen.driver().arrives(new TestRecord<>("a", "{}".getBytes(StandardCharsets.UTF_8)));
    Envelope later = Kitchen.ofType(Kitchen.claimed(5, "a"), "kitchen.task.eaten");
    kitchen.driver().arrives(Kitchen.test(later));
    kitchen.driver().passes(Duration.ofHours(1));
    kitchen.driver().passes(Duration.ofHours(1));

    for (String kind : new String[] {"refused", "exhausted", "thrown", "invalid"}) {
      assertThat(counter("dead", "consumer", "ring", "reason", kind)).as(kind).isOne();
    }
    assertThat(counter("dead", "consumer", "ring", "reason", "loop")).isZero();
    assertThat(counter("dead", "consumer", "", "reason", "unreadable")).isOne();
    assertThat(counter("dead", "consumer", "", "reason", "unknown-type")).isOne();
  }

  @Test
  void aRepeatThatCostNoCallIsCounted() {
    arrives(1, "a");
    kitchen.driver().arrives(Kitchen.withSeq(Kitchen.claimed(1, "a"), 2));
    answers.put("b", Outcome.retry("busy"));
    arrives(3, "b");
    arrives(3, "b");

    assertThat(counter("duplicates", "consumer", "ring", "was", "done")).isOne();
    assertThat(counter("duplicates", "consumer", "ring", "was", "pending")).isOne();
    assertThat(counter("duplicates", "consumer", "mail", "was", "pending")).isZero();
  }

  @Test
  void whatADestinationOrARateHoldsIsSeen() {
    for (int number = 1; number <= 6; number++) {
      arrives(number, "machine-1");
      kitchen.driver().passes(Duration.ofSeconds(1));
    }
    arrives(7, "mail-1");
    arrives(8, "mail-2");
    // The probe fails, and it is left alone for 10 s, of which the next attempt learns.
    kitchen.driver().passes(COUNTED);
    kitchen.driver().passes(Duration.ofSeconds(1));
    kitchen.driver().passes(COUNTED);

    assertThat(gauge("breakers.open")).isOne();
    assertThat(gauge("breakers.known")).isOne();
    assertThat(lanes("send", "held-by-breaker")).isOne();
    assertThat(gauge("rates.known")).isOne();
    assertThat(gauge("rates.held")).isOne();
    assertThat(lanes("mail", "held-by-rate")).isOne();
  }

  @Test
  void noMeterTellsOfATenantOrALane() {
    answers.put("refused", Outcome.dead("gone"));
    arrives(1, "a");
    arrives(2, "refused");

    assertThat(
            kitchen.driver().meters().getMeters().stream()
                .flatMap(meter -> meter.getId().getTags().stream())
                .map(Tag::getKey))
        .as("le is what the buckets of a histogram have")
        .containsOnly("application", "consumer", "outcome", "reason", "state", "was", "le");
  }
}
