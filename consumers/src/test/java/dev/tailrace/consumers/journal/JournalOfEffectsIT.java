package dev.tailrace.consumers.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.event.Origin;
import dev.tailrace.contracts.event.Topics;
import dev.tailrace.contracts.journal.DeadLetter;
import dev.tailrace.contracts.journal.JournaledEffect;
import dev.tailrace.contracts.service.AdminAddress;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.effects.Application;
import dev.tailrace.effects.Backoff;
import dev.tailrace.effects.Command;
import dev.tailrace.effects.Commands;
import dev.tailrace.effects.Effects;
import dev.tailrace.effects.EffectsConfig;
import dev.tailrace.effects.Outcome;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the journal reads what the effect runtime really writes. */
class JournalOfEffectsIT {

  private static final Instant NOW = Records.now();
  private static final Backoff ONCE_MORE = Backoff.schedule("1s");

  @TempDir private Path state;

  private static Application kitchen() {
    var kitchen = new Application("kitchen");
    kitchen
        .consumer("secondTry")
        .on(TaskClaimed.class)
        .retry(ONCE_MORE)
        .handle(effect -> effect.attempt() == 1 ? Outcome.retry("busy") : Outcome.done("told"));
    kitchen
        .consumer("noTry")
        .on(TaskClaimed.class)
        .retry(ONCE_MORE)
        .handle(effect -> Outcome.retry("nobody there"));
    return kitchen;
  }

  private Service effects(JournalScenario scenario) {
    var config =
        new EffectsConfig(
            scenario.topics.bootstrapServers(),
            new Topics(scenario.topics.prefix()),
            "kitchen-0",
            state,
            1,
            8,
            "/tailrace/test");
    return Service.start(
        "kitchen",
        AdminAddress.FREE,
        service ->
            Effects.start(
                kitchen(), config, scenario.database.dataSource(), service, Clock.systemUTC()));
  }

  @Test
  void whatBecameOfAnEventIsThere() throws Exception {
    Envelope event = Records.event(Records.id(NOW, 1), 1, Records.CLAIMED, Origin.NONE);
    try (var scenario = JournalScenario.create()) {
      scenario.start();
      try (Service _ = effects(scenario)) {
        scenario.send(Records.record(scenario.topic(Records.CLAIMED), 0, NOW, event));
        scenario.awaitCount("effect where state in ('done', 'dead')", 2);
      }

      List<JournaledEffect> effects = scenario.effects(event.id());
      assertThat(effects)
          .extracting(JournaledEffect::consumer, JournaledEffect::state, JournaledEffect::detail)
          .containsExactlyInAnyOrder(
              tuple("secondTry", "done", "told"),
              tuple("noTry", "dead", "given up after 2 attempts: nobody there"));
      assertThat(effects)
          .allSatisfy(
              effect -> {
                assertThat(effect.application()).isEqualTo("kitchen");
                assertThat(effect.lane()).isEqualTo(event.aggregateId());
                assertThat(effect.attempts()).extracting("number").containsExactly(1, 2);
              });
      assertThat(scenario.openDeadLetters())
          .extracting(DeadLetter::consumer, DeadLetter::eventId)
          .containsExactly(tuple("noTry", Optional.of(event.id())));
    }
  }

  @Test
  void aDeadLetterThatIsDiscardedIsToldOnceAndNoLongerOpen() throws Exception {
    Envelope event = Records.event(Records.id(NOW, 1), 1, Records.CLAIMED, Origin.NONE);
    try (var scenario = JournalScenario.create()) {
      scenario.start();
      try (Service _ = effects(scenario);
          Producer<String, byte[]> producer = scenario.topics.producer()) {
        scenario.send(Records.record(scenario.topic(Records.CLAIMED), 1, NOW, event));
        scenario.awaitCount("dead_letter where settled_at is null", 1);
        new Commands(producer, new Topics(scenario.topics.prefix()), "kitchen")
            .send(new Command.Discard(letter(scenario), "ann", "nobody waits for it"));
        scenario.awaitCount("effect where state = 'discarded'", 1);
      }

      assertThat(scenario.openDeadLetters()).isEmpty();
      assertThat(scenario.effects(event.id()))
          .filteredOn(effect -> effect.consumer().equals("noTry"))
          .singleElement()
          .satisfies(
              effect -> {
                assertThat(effect.detail()).isEqualTo("by ann: nobody waits for it");
                assertThat(effect.attemptCount()).isEqualTo(2);
                assertThat(effect.lane()).isEqualTo(event.aggregateId());
                assertThat(effect.attempts())
                    .extracting("outcome")
                    .containsExactly("retry", "retry", "discarded");
              });
    }
  }

  /** As an operator's program reads it. */
  private static dev.tailrace.effects.DeadLetter letter(JournalScenario scenario) {
    return scenario.topics.readAll(JournalScenario.DEAD).stream()
        .flatMap(record -> dev.tailrace.effects.DeadLetter.read(record).stream())
        .findFirst()
        .orElseThrow();
  }
}
