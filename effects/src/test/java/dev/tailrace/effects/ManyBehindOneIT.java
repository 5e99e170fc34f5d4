package dev.tailrace.effects;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.Call;
import dev.tailrace.testkit.EffectOnceIdempotent;
import dev.tailrace.testkit.NoHeadOfLine;
import dev.tailrace.testkit.OrderPerLane;
import dev.tailrace.testkit.ServiceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * One destination is dead for long, and very much waits for it: in a process whose heap would not
 * hold all of that. {@code -Dtailrace.behind} says how many effects wait, 20 000 unless told; from
 * about a million on they would not fit the heap if each were kept there.
 */
class ManyBehindOneIT {

  private static final int BEHIND = Integer.getInteger("tailrace.behind", 20_000);
  private static final String HEAP = "-Xmx160m";
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final int OTHERS = 600;
  private static final int LANES = 30;

  /** More than twice what is kept of a lane in memory. */
  private static final int GOES_ON = 600;

  private int started;

  /** Left for a look when something is wrong. */
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  @Test
  void aDeadLaneTakesNoRoomInMemoryAndHoldsUpNoOther() throws Exception {
    try (var kitchen = RealKitchen.open()) {
      Rung.open(kitchen.database());
      kitchen.database().execute("alter table call add constraint dead check (lane <> 'task-0')");
      kitchen.produce(0, BEHIND, 1);
      ServiceProcess application = start(kitchen);
      try {
        await("all is taken in", application, kitchen::hasTakenInAll);
        othersGoOn(kitchen, application, 0);
        application.kill();
        application = start(kitchen);
        othersGoOn(kitchen, application, OTHERS);

        kitchen.database().execute("alter table call drop constraint dead");
        await("the lane goes on", application, () -> carriedOut(kitchen).size() >= GOES_ON);
      } finally {
        application.kill();
      }
      new OrderPerLane(calls(kitchen, "%")).check();
      new EffectOnceIdempotent(calls(kitchen, "%")).check();
      assertThat(carriedOut(kitchen))
          .as("none is passed over")
          .containsExactlyElementsOf(
              IntStream.range(0, carriedOut(kitchen).size()).mapToObj("%019d"::formatted).toList());
    }
  }

  /** All that comes for the other lanes is carried out while the dead one stands. */
  private static void othersGoOn(RealKitchen kitchen, ServiceProcess application, int before)
      throws Exception {
    for (int task = 1; task <= LANES; task++) {
      int first = BEHIND + before + task;
      var claimed = new ArrayList<Envelope>();
      for (int i = 0; i < OTHERS; i += LANES) {
        claimed.add(Kitchen.claimed(first + i, "task-" + task));
      }
      kitchen.arrive(Kitchen.TOPIC, task % RealKitchen.PARTITIONS, claimed);
    }
    await("the others are done", application, () -> kitchen.done("ring") == before + OTHERS);
    Map<String, Integer> expected =
        IntStream.rangeClosed(1, LANES)
            .boxed()
            .collect(toMap(task -> "task-" + task, _ -> (before + OTHERS) / LANES));
    new NoHeadOfLine(expected, Set.of("task-0"), calls(kitchen, "%")).check();
  }

  private static void await(String condition, ServiceProcess application, Callable<Boolean> holds) {
    Await.until(
        condition,
        LIMIT,
        () -> {
          assertThat(application.isAlive()).as("its heap was enough").isTrue();
          return holds.call();
        });
  }

  /** Those of the lane that was dead, in the order in which they came first. */
  private static List<String> carriedOut(RealKitchen kitchen) {
    return calls(kitchen, "task-0").stream().map(Call::order).distinct().toList();
  }

  private static List<Call> calls(RealKitchen kitchen, String lane) {
    return kitchen
        .database()
        .rows("select lane, seq, event, key from call where lane like ? order by id", lane)
        .stream()
        .map(
            row ->
                new Call(text(row, "lane"), text(row, "seq"), text(row, "event"), text(row, "key")))
        .toList();
  }

  private static String text(Map<String, ?> row, String column) {
    return String.valueOf(row.get(column));
  }

  private ServiceProcess start(RealKitchen kitchen) throws IOException {
    Path log = folder.resolve("application-" + started++ + ".log");
    return Rung.start(
        RingingMain.Place.of(folder.resolve("state"), log),
        kitchen.database(),
        kitchen.topics(),
        HEAP,
        "-XX:+ExitOnOutOfMemoryError");
  }
}
