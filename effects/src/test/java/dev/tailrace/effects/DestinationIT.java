package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A destination that does not answer is left alone for a while. */
class DestinationIT {

  @RegisterExtension private final DrivenApplication driven = new DrivenApplication();
  private final List<String> seen = new ArrayList<>();
  private final Set<String> broken = new HashSet<>();

  @TempDir private Path state;

  private void arrives(int number, String task) {
    driven.driver().arrives(Kitchen.claimed(number, task));
  }

  @Test
  void aDestinationThatDoesNotAnswerIsLeftAloneAndCostsThoseThatWaitNoTry() {
    broken.add("m1");
    driven
        .consumer("forward")
        .on(TaskClaimed.class)
        .destination(effect -> effect.event().taskId().substring(0, 2))
        .retry(Backoff.schedule("1h*9").jitter(0))
        .handle(
            effect -> {
              seen.add(effect.event().taskId() + "#" + effect.attempt());
              return broken.contains(effect.event().taskId().substring(0, 2))
                  ? Outcome.retry("refused")
                  : Outcome.done("forwarded");
            });
    driven.open(state);
    for (int i = 1; i <= 8; i++) {
      arrives(i, "m1-" + i);
    }
    arrives(9, "m2-1");
    assertThat(seen).containsExactly("m1-1#1", "m1-2#1", "m1-3#1", "m1-4#1", "m1-5#1", "m2-1#1");
    assertThat(driven.driver().attempts())
        .contains("forward emp-6 held m1 does not answer, and is left alone for a while");

    driven.driver().passes(Duration.ofSeconds(6));
    assertThat(seen).as("one finds out").endsWith("m2-1#1", "m1-6#1");
    driven.driver().passes(Duration.ofSeconds(6));
    assertThat(seen).hasSize(7);

    broken.clear();
    driven.driver().passes(Duration.ofSeconds(10));
    assertThat(seen).endsWith("m1-6#1", "m1-7#1", "m1-8#1");
    assertThat(driven.driver().pending()).as("those that failed wait for their hour").isEqualTo(6);
  }

  @Test
  void whatPostgresRefusesIsNoFailureOfTheDestination() {
    driven
        .consumer("forward")
        .on(TaskClaimed.class)
        .destination(effect -> "m1")
        .retry(Backoff.schedule("1h*9").jitter(0))
        .handle(
            effect -> {
              seen.add(effect.event().taskId());
              return new Commit(
                  transaction -> {
                    throw new SQLException("no room", "53100");
                  });
            });
    driven.open(state);
    for (int i = 1; i <= 7; i++) {
      arrives(i, "task-" + i);
    }

    assertThat(seen).as("each was sent, none was held").hasSize(7);
  }
}
