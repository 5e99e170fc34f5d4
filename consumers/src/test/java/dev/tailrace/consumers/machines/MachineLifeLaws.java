package dev.tailrace.consumers.machines;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.testkit.Seed;
import dev.tailrace.testkit.Seeds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is reported, archived and refused at the same time, and in whatever order its events
 * come: a project has at most one active machine, each machine goes only ways that there are, and
 * nothing runs at Daytona of a machine that is archived here.
 */
class MachineLifeLaws {

  private static final int LIVES = 25;

  private static final Set<String> LEGAL =
      Set.of(
          "starting active",
          "starting archiving",
          "starting failed",
          "active archiving",
          "archiving archived",
          "archiving failed",
          "failed archiving");

  private Stage stage;
  private int lives;

  @TempDir private Path state;

  @BeforeEach
  void start() throws Exception {
    stage = new Stage(state);
    stage
        .database()
        .execute("create table machine_went (machine_id text, before text, after text)");
    stage
        .database()
        .execute(
            """
            create function note_machine() returns trigger language plpgsql as $$
            begin
              insert into machine_went values (new.id, old.state, new.state);
              return new;
            end $$""");
    stage
        .database()
        .execute(
            """
            create trigger machine_goes after update on machine for each row
            when (old.state is distinct from new.state) execute function note_machine()""");
  }

  @AfterEach
  void stop() {
    stage.close();
  }

  @Test
  void anyOrderLeavesOneActiveMachineAndNothingBehind() {
    Seeds.forEach(
        LIVES,
        seed -> {
          lives++;
          String project = "prj_" + lives;
          stage.project(project);
          List<String> machines =
              IntStream.rangeClosed(1, seed.between(1, 6))
                  .mapToObj(i -> "mch_%d_%d".formatted(lives, i))
                  .toList();
          live(project, machines, seed);

          assertThat(active(project)).as("active machines of a project").isLessThanOrEqualTo(1);
          machines.forEach(this::assertNothingIsLeft);
          assertThat(illegal()).as("ways that there are not").isEmpty();
          assertThat(stage.machines().pending()).isZero();
        });
  }

  private void live(String project, List<String> machines, Seed seed) throws Exception {
    machines.forEach(machine -> stage.wants(machine, project));
    for (int round = seed.between(2, 8); round > 0; round--) {
      fault(machines, seed);
      together(
          seed.list(seed.between(1, 4), () -> seed.oneOf(machines)).stream()
              .map(machine -> happening(machine, seed.flip()))
              .toList());
      relayShuffled(seed);
      stage.machines().passes(Duration.ofSeconds(seed.between(0, 20)));
    }
    stage.daytona().faults().healthy();
    stage.settles();
  }

  private void fault(List<String> machines, Seed seed) {
    var faults = stage.daytona().faults();
    switch (seed.below(7)) {
      case 0 -> faults.fail(503, seed.between(1, 3));
      case 1 -> faults.fail(429, 1);
      case 2 -> faults.on("POST", "/api/sandbox").acceptThenCrash();
      case 3 -> faults.down();
      case 4 -> faults.nth(seed.between(1, 4)).fail(409);
      case 5 -> breaks(seed.oneOf(machines));
      default -> faults.healthy();
    }
  }

  /** What ran is broken now, and can't be archived. */
  private void breaks(String machine) {
    stage.sandboxesOf(machine).stream()
        .filter(sandbox -> sandbox.state().equals("started"))
        .forEach(sandbox -> stage.daytona().put(sandbox.id(), "error"));
  }

  private Callable<Boolean> happening(String machine, boolean isReady) {
    return () -> isReady ? stage.isReady(machine) : stage.archives(machine);
  }

  /** On different connections; none of them fails. */
  private static void together(List<Callable<Boolean>> all) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> each : threads.invokeAll(all)) {
        assertThat(each.get()).isNotNull();
      }
    }
  }

  /** Some come twice, some later, and in no order. */
  private void relayShuffled(Seed seed) {
    for (List<Envelope> fresh = stage.fresh(); !fresh.isEmpty(); fresh = stage.fresh()) {
      var all = new ArrayList<>(fresh);
      fresh.stream().filter(event -> seed.oneIn(4)).forEach(all::add);
      seed.shuffled(all).forEach(stage.machines()::arrives);
    }
  }

  private long active(String project) {
    return stage
        .database()
        .count("select count(*) from machine where project_id = ? and state = 'active'", project);
  }

  private void assertNothingIsLeft(String machine) {
    var sandboxes = stage.sandboxesOf(machine);
    assertThat(sandboxes).as("sandboxes of " + machine).hasSizeLessThanOrEqualTo(1);
    if (stage.state(machine).equals("archived")) {
      assertThat(sandboxes)
          .as("of %s, which is archived", machine)
          .allSatisfy(sandbox -> assertThat(sandbox.state()).isIn("archived", "error"));
      assertThat(
              stage
                  .database()
                  .count(
                      """
                      select (select count(*) from machine_secret where machine_id = ?)
                        + (select count(*) from api_token where machine_id = ? and revoked_at is null)""",
                      machine,
                      machine))
          .as("secrets and tokens of %s, which is archived", machine)
          .isZero();
    } else {
      assertThat(stage.state(machine)).as(machine).isIn("starting", "active", "failed");
    }
  }

  private List<String> illegal() {
    return stage
        .database()
        .strings("select distinct before || ' ' || after from machine_went")
        .stream()
        .filter(way -> !LEGAL.contains(way))
        .toList();
  }
}
