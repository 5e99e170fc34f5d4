package dev.tailrace.consumers.machines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.DaytonaEvent.SandboxStateUpdated;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.NewEvent;
import dev.tailrace.contracts.outbox.Appended;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.outbox.Outbox;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Compares what the provider says of all our sandboxes with what the table of machines has, once.
 *
 * <p>What differs is appended as the event that a webhook would have been, so that one consumer
 * follows both. The same change may come both ways: the second finds nothing to change. A sandbox's
 * {@code updatedAt} moves also when its state does not, as for a backup; that is no event.
 */
final class Reconciliation {

  private static final int MOST_PAGES = 10_000;

  private final DataSource database;
  private final Sandboxes sandboxes;
  private final Clock clock;

  Reconciliation(DataSource database, Sandboxes sandboxes, Clock clock) {
    this.database = database;
    this.sandboxes = sandboxes;
    this.clock = clock;
  }

  /** What came of it. */
  sealed interface Result {

    int changes();

    /** Everything was compared. */
    record Whole(int listed, int changes) implements Result {}

    /** It could not go on, or was told not to; what was found until then is appended. */
    record CutOff(String reason, int changes) implements Result {}
  }

  /** Waits for the turn of the next call of the provider. */
  @FunctionalInterface
  interface Turn {

    /** Whether it has come; else nothing more is to be done. */
    boolean next() throws InterruptedException;
  }

  /** What one answer of the provider's led to. */
  private sealed interface Step<T> {

    record Got<T>(T value) implements Step<T> {}

    record Ended<T>(String reason) implements Step<T> {}
  }

  @FunctionalInterface
  private interface Call<T> {
    Answer<T> ask() throws InterruptedException;
  }

  Result run(Turn turn) throws SQLException, InterruptedException {
    Set<String> listed = new HashSet<>();
    int changes = 0;
    for (int number = 1; number <= MOST_PAGES; number++) {
      int page = number;
      switch (step(turn, () -> sandboxes.page(page))) {
        case Step.Ended<Sandboxes.Page>(String reason) -> {
          return new Result.CutOff(reason, changes);
        }
        case Step.Got<Sandboxes.Page>(Sandboxes.Page got) -> {
          got.sandboxes().forEach(sandbox -> listed.add(sandbox.id()));
          changes += compare(got.sandboxes());
          if (got.isLast()) {
            return missing(turn, listed, changes);
          }
        }
      }
    }
    return new Result.CutOff("there are more than %d pages".formatted(MOST_PAGES), changes);
  }

  /**
   * Those that should be there and were in no list: pages shift while they are read, and labels can
   * be taken off, so that each is asked for by itself before it is said to be gone.
   */
  private Result missing(Turn turn, Set<String> listed, int before)
      throws SQLException, InterruptedException {
    int changes = before;
    List<Followed> living =
        Database.inTransaction(
            database, connection -> ProviderStates.living(connection, Providers.DAYTONA));
    for (Followed machine : living) {
      if (listed.contains(machine.sandboxId())) {
        continue;
      }
      switch (step(turn, () -> sandboxes.find(machine.sandboxId()))) {
        case Step.Ended<Optional<Sandbox>>(String reason) -> {
          return new Result.CutOff(reason, changes);
        }
        case Step.Got<Optional<Sandbox>>(Optional<Sandbox> found) ->
            changes += found.isPresent() ? compare(List.of(found.get())) : appendDestroyed(machine);
      }
    }
    return new Result.Whole(listed.size(), changes);
  }

  private static <T> Step<T> step(Turn turn, Call<T> call) throws InterruptedException {
    if (!turn.next()) {
      return new Step.Ended<>("it is stopped");
    }
    return switch (call.ask()) {
      case Answer.Found<T>(T value) -> new Step.Got<>(value);
      case Answer.Unavailable<T>(String reason, Optional<Duration> _) -> new Step.Ended<>(reason);
      case Answer.Refused<T>(String reason) -> new Step.Ended<>(reason);
    };
  }

  private int compare(List<Sandbox> page) throws SQLException {
    Map<String, Sandbox> byId =
        page.stream()
            .collect(Collectors.toMap(Sandbox::id, Function.identity(), (first, again) -> again));
    List<Followed> machines =
        Database.inTransaction(
            database,
            connection -> ProviderStates.of(connection, Providers.DAYTONA, byId.keySet()));
    int changes = 0;
    for (Followed machine : machines) {
      Sandbox sandbox = byId.get(machine.sandboxId());
      if (sandbox != null) {
        changes += compare(machine, sandbox);
      }
    }
    return changes;
  }

  /** In a transaction of its own: who holds one machine waits for no other. */
  private int compare(Followed machine, Sandbox sandbox) throws SQLException {
    if (sandbox.updatedAt().isEmpty()) {
      return 0;
    }
    Instant at = isBack(machine, sandbox) ? clock.instant() : sandbox.updatedAt().get();
    if (!machine.isFollowedBy(at, machine.state())) {
      return 0;
    }
    boolean isSame = machine.state().equals(Optional.of(sandbox.state()));
    if (isSame && machine.at().equals(Optional.of(at))) {
      return 0;
    }
    return Database.inTransaction(
        database,
        connection -> {
          if (isSame) {
            ProviderStates.stillSo(connection, machine, at);
            return 0;
          }
          String dedupeKey = "%s %s".formatted(sandbox.id(), at);
          return append(connection, machine, sandbox, at, dedupeKey);
        });
  }

  /**
   * Whether one that was not there for a while is there again, as when a wrong key was asked with:
   * that it was gone has a time of ours, which is later than all of the provider's before.
   */
  private static boolean isBack(Followed machine, Sandbox sandbox) {
    return machine.state().equals(Optional.of(Sandboxes.DESTROYED))
        && sandbox.phase() != Sandbox.Phase.PUT_AWAY;
  }

  /** Once after each state that it was known to have: nobody says when it was. */
  private int appendDestroyed(Followed machine) throws SQLException {
    String after = machine.at().map(Instant::toString).orElse("nothing");
    var gone =
        new Sandbox(
            machine.sandboxId(),
            Sandboxes.DESTROYED,
            Sandbox.Phase.PUT_AWAY,
            Optional.empty(),
            Optional.empty());
    return Database.inTransaction(
        database,
        connection ->
            append(
                connection,
                machine,
                gone,
                clock.instant(),
                "%s %s after %s".formatted(machine.sandboxId(), Sandboxes.DESTROYED, after)));
  }

  private int append(
      Connection connection, Followed machine, Sandbox sandbox, Instant at, String dedupeKey)
      throws SQLException {
    var change =
        new SandboxStateUpdated(
            sandbox.id(), machine.state(), sandbox.state(), at, raw(machine, sandbox, at));
    Appended appended =
        Outbox.append(
            connection,
            NewEvent.of(machine.organizationId(), at, change)
                .about("machine", machine.machineId())
                .withDedupeKey(dedupeKey));
    return appended instanceof Appended.Stored ? 1 : 0;
  }

  /** As the webhook's body would have been, and that it was none. */
  private ObjectNode raw(Followed machine, Sandbox sandbox, Instant at) {
    ObjectNode raw =
        Json.MAPPER
            .createObjectNode()
            .put("event", "sandbox.state.updated")
            .put("timestamp", clock.instant().toString())
            .put("id", sandbox.id());
    sandbox.account().ifPresent(account -> raw.put("organizationId", account));
    machine.state().ifPresent(state -> raw.put("oldState", state));
    return raw.put("newState", sandbox.state()).put("updatedAt", at.toString()).put("polled", true);
  }
}
