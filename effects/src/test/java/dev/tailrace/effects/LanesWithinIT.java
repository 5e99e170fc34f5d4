package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A lane within a Kafka key is of that key, whatever its scope. */
class LanesWithinIT {

  @RegisterExtension private final DrivenApplication driven = new DrivenApplication();
  private final List<String> seen = new ArrayList<>();
  private final Set<String> broken = new HashSet<>();

  @TempDir private Path state;

  private Registration<TaskClaimed> ring() {
    return driven.consumer("ring").on(TaskClaimed.class).retry(Backoff.schedule("5s*9").jitter(0));
  }

  private Outcome answer(Effect<TaskClaimed> effect) {
    seen.add(effect.event().employeeId());
    return broken.contains(effect.event().employeeId())
        ? Outcome.retry("busy")
        : Outcome.done("rung");
  }

  private void arrives(int number, String task) {
    driven.driver().arrives(Kitchen.claimed(number, task));
  }

  @Test
  void equalScopesOfTwoAggregatesAreTwoLanes() {
    ring().laneWithin(Received::tenantId).handle(this::answer);
    driven.open(state);
    broken.add("emp-1");
    arrives(1, "a");
    arrives(2, "b");
    arrives(3, "a");
    assertThat(seen).containsExactly("emp-1", "emp-2");

    broken.clear();
    driven.driver().passes(Duration.ofSeconds(6));
    assertThat(seen).containsExactly("emp-1", "emp-2", "emp-1", "emp-3");
    assertThat(driven.driver().lanes())
        .contains("ring emp-1 in a/org_1", "ring emp-2 in b/org_1", "ring emp-3 in a/org_1");
  }

  @Test
  void ofOneAggregateEachScopeIsALane() {
    ring().laneWithin(received -> received.event().employeeId()).handle(this::answer);
    driven.open(state);
    broken.add("emp-1");
    arrives(1, "a");
    arrives(2, "a");

    assertThat(seen).containsExactly("emp-1", "emp-2");
  }

  @Test
  void noKeyAndScopeMakeTheLaneOfAnother() {
    ring()
        .laneWithin(received -> received.event().taskId().equals("a") ? "b/c" : "c")
        .handle(this::answer);
    driven.open(state);
    arrives(1, "a");
    arrives(2, "a/b");
    arrives(3, "a%2Fb");

    assertThat(driven.driver().lanes())
        .containsExactly("ring emp-1 in a/b/c", "ring emp-2 in a%2Fb/c", "ring emp-3 in a%252Fb/c");
  }

  @Test
  void whatWasGivenUpComesBackIntoItsLane() {
    ring()
        .laneWithin(Received::tenantId)
        .each(received -> List.of("m1"))
        .onDead(effect -> Outcome.dead("nobody listens"))
        .handle(effect -> broken.contains(effect.item()) ? Outcome.dead("gone") : answer(effect));
    driven.open(state);
    broken.add("m1");
    arrives(1, "a");
    broken.clear();
    for (DeadLetter letter : driven.driver().letters()) {
      driven.driver().asked(new Command.Redrive(letter, "ann", "it is back"));
    }

    assertThat(driven.driver().lanes())
        .containsExactly(
            "ring emp-1 in a/org_1",
            "ring emp-1 in a/org_1/m1",
            "ring.onDead emp-1 in a/org_1/m1",
            "ring emp-1 in a/org_1/m1",
            "ring.onDead emp-1 in a/org_1/m1");
  }

  @Test
  void aLaneIsTheKeyOfTheTopicThatIsRead() {
    driven.application().reading("by.tenant", Envelope::tenantId);
    ring().handle(this::answer);
    driven.open(state);
    Envelope claimed = Kitchen.claimed(1, "a");
    var record = Kitchen.test(claimed);
    driven
        .driver()
        .arrives("by.tenant", new TestRecord<>("org_1", record.value(), record.headers()));
    assertThat(driven.driver().lanes()).containsExactly("ring emp-1 in org_1");

    driven.driver().arrives("by.tenant", record);
    assertThat(driven.driver().dead())
        .singleElement()
        .asString()
        .contains("came under the Kafka key 'a', and by reading(...) that is 'org_1'");
  }
}
