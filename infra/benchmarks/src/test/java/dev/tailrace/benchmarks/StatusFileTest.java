package dev.tailrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.testkit.SettableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusFileTest {

  @TempDir private Path folder;

  @Test
  void saysNothingBeforeThereIsAny() {
    assertThat(new StatusFile(folder.resolve("a")).read()).isEqualTo(Status.NONE);
  }

  @Test
  void saysWhatWasToldLast() throws Exception {
    var file = new StatusFile(folder.resolve("a"));
    file.write(new Status(1, 2, 0.5, 3, 4));
    file.write(new Status(10, 20, 1.5, 30.25, 40));

    assertThat(file.read()).isEqualTo(new Status(10, 20, 1.5, 30.25, 40));
  }

  @Test
  void onlyPacedEffectsAreTimedAndOnlyTheBacklogBegins() {
    var clock = new SettableClock();
    var tally = new Tally(clock);
    Instant appended = clock.instant().minus(Duration.ofMillis(30));
    tally.begun(Phase.WARM_UP.number(1));
    tally.begun(Phase.BACKLOG.number(1));
    tally.completed(Phase.BACKLOG.number(1), appended.minusSeconds(100));
    tally.completed(Phase.PACED.number(1), appended);

    Status status = tally.status(tally.completed());
    assertThat(status.begun()).isEqualTo(1);
    assertThat(status.settled()).isEqualTo(2);
    assertThat(status.p50()).isBetween(29.9, 30.1);
    assertThat(status.most()).isBetween(29.9, 30.1);
  }
}
