package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.contracts.event.KitchenEvent;
import dev.tailrace.contracts.event.Topics;
import org.junit.jupiter.api.Test;

class ApplicationTest {

  private final Application application = new Application("kitchen");

  @Test
  void aNameStandsForOneEffect() {
    application.consumer("ring").on(KitchenEvent.class).handle(effect -> Outcome.done(""));

    assertThatThrownBy(() -> application.consumer("ring")).hasMessageContaining("are called ring");
  }

  @Test
  void aNameHasAGrammar() {
    assertThatThrownBy(() -> application.consumer("ring bell")).hasMessageContaining("is no name");
    assertThatThrownBy(() -> new Application("")).hasMessageContaining("is no name");
  }

  @Test
  void readsTheTopicsOfItsTypesOnce() {
    application.consumer("ring").on(KitchenEvent.class).handle(effect -> Outcome.done(""));
    application
        .consumer("log")
        .on(KitchenEvent.TaskClaimed.class)
        .handle(effect -> Outcome.done(""));

    assertThat(EffectTopology.inputs(application, new Topics("x.")))
        .containsExactly(
            "x.events.kitchen.task.claimed",
            "x.events.kitchen.task.progress",
            "x.events.kitchen.task.released");
  }

  @Test
  void readsItsOneInputInstead() {
    application
        .reading("realtime.outbox")
        .consumer("ring")
        .on(KitchenEvent.class)
        .handle(effect -> Outcome.done(""));

    assertThat(EffectTopology.inputs(application, new Topics("")))
        .containsExactly("realtime.outbox");
  }
}
