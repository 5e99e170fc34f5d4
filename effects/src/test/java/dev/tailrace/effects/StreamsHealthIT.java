package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What an application in Streams' test driver says of its health, time being set by hand. */
class StreamsHealthIT {

  private static final Duration TOO_LONG = Watch.LONGEST_TURN.plusSeconds(10);

  @RegisterExtension final DrivenApplication kitchen = new DrivenApplication();

  private KafkaStreams.State streams = KafkaStreams.State.RUNNING;

  @TempDir private Path state;

  @BeforeEach
  void open() {
    kitchen.consumer("ring").on(TaskClaimed.class).handle(effect -> Outcome.done(""));
    kitchen.open(state);
  }

  private Watch watch() {
    return kitchen.driver().shared().watch();
  }

  private StreamsHealth health() {
    return new StreamsHealth(() -> streams, watch(), kitchen.clock);
  }

  @Test
  void aThreadThatGoesRoundIsLive() {
    for (int i = 0; i < 3; i++) {
      kitchen.driver().passes(TOO_LONG);
      assertThat(health().problemOfLife()).isEmpty();
      assertThat(health().problem()).isEmpty();
    }
  }

  @Test
  void aThreadThatHasNotGoneRoundForFiveMinutesIsNotAndItSaysWhichAndWhatToDo() {
    kitchen.clock.advance(Watch.LONGEST_TURN);
    assertThat(health().problemOfLife()).isEmpty();

    kitchen.clock.advance(Duration.ofSeconds(10));
    assertThat(health().problemOfLife().orElseThrow())
        .contains(Thread.currentThread().getName())
        .contains("has the tasks [0]")
        .contains("not gone round for 310 s")
        .contains("Thread.print");

    kitchen.driver().passes(Duration.ofMillis(10));
    assertThat(health().problemOfLife()).as("it goes round again").isEmpty();
  }

  @Test
  void aThreadThatReadsWhatIsPendingInATaskHasTimeForIt() {
    kitchen.clock.advance(TOO_LONG);

    watch().opening(() -> assertThat(health().problemOfLife()).isEmpty());
    assertThat(health().problemOfLife()).isPresent();
  }

  @Test
  void aRebalanceIsNoReasonToRestartAndNotReady() {
    kitchen.clock.advance(TOO_LONG);
    streams = KafkaStreams.State.REBALANCING;

    assertThat(health().problemOfLife()).isEmpty();
    assertThat(health().problem()).hasValueSatisfying(it -> assertThat(it).contains("restored"));
  }

  @Test
  void anErrorIsAReasonToRestart() {
    streams = KafkaStreams.State.ERROR;

    assertThat(health().problemOfLife())
        .hasValueSatisfying(it -> assertThat(it).contains("in state ERROR"));
    assertThat(health().problem()).isPresent();
  }

  @Test
  void whereThereIsNoTaskNobodyHasToGoRound() {
    var idle = new StreamsHealth(() -> KafkaStreams.State.RUNNING, new Watch(), kitchen.clock);
    kitchen.clock.advance(TOO_LONG);

    assertThat(idle.problemOfLife()).isEqualTo(Optional.empty());
  }

  @Test
  void whatIsDoneMustBeKnown() throws Exception {
    DoneRecords done = kitchen.driver().shared().attempts().done();
    assertThat(done.problem()).isEmpty();

    kitchen.database().execute("alter table effect_done rename to effect_hidden");
    assertThat(catchThrowable(done::problem))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("effect_done");
  }
}
