package dev.tailrace.consumers.machines;

import dev.tailrace.contracts.event.DaytonaEvent.SandboxChange;
import dev.tailrace.contracts.event.DaytonaEvent.SandboxCreated;
import dev.tailrace.contracts.event.DaytonaEvent.SandboxStateUpdated;
import dev.tailrace.contracts.event.MachineEvent.StateChanged;
import dev.tailrace.effects.Commit;
import dev.tailrace.effects.Effect;
import dev.tailrace.effects.Handled;
import dev.tailrace.effects.Handler;
import dev.tailrace.effects.Outcome;
import dev.tailrace.effects.Transaction;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * The state of a machine's sandbox, as far as is known, and told to the browsers when it is another
 * than before. An older change never overwrites a newer one.
 *
 * <p>A sandbox that is no machine may become one: its webhook is often faster than our own commit
 * of its id. So it is looked for again over some minutes, and then passed over: others may use the
 * same organization at Daytona. What came too early after all is found by the {@link Reconciler}.
 */
final class TrackMachineState implements Handler<SandboxChange> {

  /** With the delays below, five minutes after the first. */
  private static final int LOOKED_FOR = 10;

  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofMinutes(1);

  @Override
  public Handled handle(Effect<SandboxChange> effect) {
    return new Commit(transaction -> follow(transaction, effect));
  }

  private static Outcome follow(Transaction transaction, Effect<SandboxChange> effect)
      throws SQLException {
    SandboxChange change = effect.event();
    Optional<Followed> found =
        ProviderStates.lock(transaction.connection(), Providers.DAYTONA, change.sandboxId());
    if (found.isEmpty()) {
      return nobody(effect);
    }
    Followed machine = found.get();
    if (!machine.isFollowedBy(change.updatedAt(), before(change))) {
      return Outcome.skipped(
          "machine %s is known to be %s since %s"
              .formatted(
                  machine.machineId(),
                  machine.state().orElse("?"),
                  machine.at().map(Object::toString).orElse("?")));
    }
    ProviderStates.put(transaction.connection(), machine, change.newState(), change.updatedAt());
    if (machine.state().equals(Optional.of(change.newState()))) {
      return Outcome.done(
          "machine %s is still %s".formatted(machine.machineId(), change.newState()));
    }
    // Of the machine's tenant: when the webhook came, nobody may have been known to own it.
    transaction.append(
        machine.organizationId(),
        new StateChanged(machine.machineId(), machine.projectId(), change.newState()),
        change.updatedAt());
    return Outcome.done("machine %s is %s".formatted(machine.machineId(), change.newState()));
  }

  private static Optional<String> before(SandboxChange change) {
    return switch (change) {
      case SandboxCreated _ -> Optional.empty();
      case SandboxStateUpdated updated -> updated.oldState();
    };
  }

  private static Outcome nobody(Effect<SandboxChange> effect) {
    String sandbox = effect.event().sandboxId();
    if (effect.attempt() >= LOOKED_FOR) {
      return Outcome.skipped(
          "sandbox %s is no machine of ours: somebody else uses the organization too"
              .formatted(sandbox));
    }
    Duration next = FIRST.multipliedBy(1L << (effect.attempt() - 1));
    return Outcome.retryAfter(
        next.compareTo(LONGEST) < 0 ? next : LONGEST,
        "sandbox %s is no machine yet".formatted(sandbox));
  }
}
