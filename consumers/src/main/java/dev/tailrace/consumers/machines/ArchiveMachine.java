package dev.tailrace.consumers.machines;

import dev.tailrace.contracts.event.MachineEvent.ArchivalFailed;
import dev.tailrace.contracts.event.MachineEvent.ArchiveRequested;
import dev.tailrace.contracts.event.MachineEvent.Archived;
import dev.tailrace.contracts.machine.Machine;
import dev.tailrace.contracts.machine.MachineState;
import dev.tailrace.contracts.machine.Machines;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.effects.Commit;
import dev.tailrace.effects.Effect;
import dev.tailrace.effects.Handled;
import dev.tailrace.effects.Handler;
import dev.tailrace.effects.Outcome;
import dev.tailrace.effects.Transaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * A machine is put away at its provider: its sandbox is stopped and then archived, a step at each
 * try, and looked at before each.
 *
 * <p>Nothing is waited for within a try. A refused step is no reason to give up, since the sandbox
 * may have changed after it was looked at: the next try looks again.
 */
final class ArchiveMachine implements Handler<ArchiveRequested> {

  private static final Duration OF_AN_UNKNOWN_STATE = Duration.ofSeconds(30);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  private final DataSource database;
  private final Sandboxes sandboxes;
  private final Clock clock;

  ArchiveMachine(DataSource database, Sandboxes sandboxes, Clock clock) {
    this.database = database;
    this.sandboxes = sandboxes;
    this.clock = clock;
  }

  /** A machine, and what its request comes to. */
  private record Opened(Machine machine, Ruling ruling) {}

  @Override
  public Handled handle(Effect<ArchiveRequested> effect) throws SQLException, InterruptedException {
    Optional<Opened> opened =
        Database.inTransaction(database, connection -> open(connection, effect));
    if (opened.isEmpty()) {
      return Outcome.dead("machineId: there is no machine " + effect.event().machineId());
    }
    return switch (opened.get().ruling()) {
      case Ruling.Stays(String reason) -> Outcome.skipped(reason);
      case Ruling.Going _, Ruling.Leaves _, Ruling.Gone _ ->
          putAway(effect, opened.get().machine());
    };
  }

  private Optional<Opened> open(Connection connection, Effect<ArchiveRequested> effect)
      throws SQLException {
    Optional<Machine> machine = Machines.lock(connection, effect.event().machineId());
    if (machine.isEmpty()) {
      return Optional.empty();
    }
    Ruling ruling = Ruling.on(machine.get().state(), isForReplacement(effect));
    if (ruling instanceof Ruling.Leaves(MachineState.Archiving next)) {
      Machines.move(connection, machine.get(), next, clock.instant());
    }
    return Optional.of(new Opened(machine.get(), ruling));
  }

  /** By who has asked for it: a reason is whatever somebody wrote. */
  private static boolean isForReplacement(Effect<ArchiveRequested> effect) {
    return effect
        .envelope()
        .origin()
        .causedBy()
        .map(cause -> cause.consumer().equals(ArchiveOldMachines.NAME))
        .orElse(false);
  }

  private Handled putAway(Effect<ArchiveRequested> effect, Machine machine)
      throws InterruptedException {
    Optional<String> id = machine.externalId().or(() -> effect.event().externalId());
    if (!Providers.isKnown(machine.provider())) {
      return id.isPresent()
          ? Outcome.dead(Providers.unknown(machine.provider()))
          : settled(machine.id(), Optional.empty(), "it never was at a provider");
    }
    Answer<Optional<Sandbox>> looked =
        id.isPresent() ? sandboxes.find(id.get()) : sandboxes.ofMachine(machine.id());
    return looked.then(
        found ->
            found.isPresent()
                ? step(effect, machine.id(), found.get())
                : settled(machine.id(), id, "nothing of it is at its provider"));
  }

  private Handled step(Effect<ArchiveRequested> effect, String machineId, Sandbox sandbox)
      throws InterruptedException {
    return switch (sandbox.phase()) {
      case RUNNING -> changed(effect, machineId, sandbox, sandboxes.stop(sandbox.id()));
      case STOPPED -> changed(effect, machineId, sandbox, sandboxes.archive(sandbox.id()));
      case CHANGING -> lookAgain(effect, told(sandbox));
      case PUT_AWAY -> settled(machineId, Optional.of(sandbox.id()), told(sandbox));
      case UNKNOWN ->
          Outcome.retryAfter(OF_AN_UNKNOWN_STATE, told(sandbox) + ", which is not known here");
      // Its provider archives only what is stopped, and what is broken can't be stopped. It may
      // hold somebody's work, so that it is not for us to destroy it.
      case BROKEN ->
          Outcome.dead(
              told(sandbox)
                  + " and can't be archived: look at it at its provider, destroy it there or make it stop, and redrive this");
    };
  }

  private Handled changed(
      Effect<ArchiveRequested> effect,
      String machineId,
      Sandbox before,
      Answer<Optional<Sandbox>> answer)
      throws InterruptedException {
    if (answer instanceof Answer.Refused<Optional<Sandbox>>(String reason)) {
      return lookAgain(effect, "%s, and: %s".formatted(told(before), reason));
    }
    return answer.then(
        now -> {
          if (now.isEmpty()) {
            return settled(machineId, Optional.of(before.id()), "nothing of it is there any more");
          }
          return now.get().phase() == Sandbox.Phase.PUT_AWAY
              ? settled(machineId, Optional.of(before.id()), told(now.get()))
              : lookAgain(effect, told(now.get()));
        });
  }

  private static String told(Sandbox sandbox) {
    return "sandbox %s is %s".formatted(sandbox.id(), sandbox.state());
  }

  /** Longer from try to try: most changes take seconds, and some take long. */
  private static Outcome lookAgain(Effect<ArchiveRequested> effect, String reason) {
    Duration next = Duration.ofSeconds(2L * effect.attempt());
    return Outcome.retryAfter(next.compareTo(LONGEST_WAIT) < 0 ? next : LONGEST_WAIT, reason);
  }

  private Handled settled(String machineId, Optional<String> sandboxId, String how) {
    return new Commit(transaction -> archived(transaction, machineId, sandboxId, how));
  }

  private Outcome archived(
      Transaction transaction, String machineId, Optional<String> sandboxId, String how)
      throws SQLException {
    Optional<Machine> found = Machines.lock(transaction.connection(), machineId);
    if (found.isEmpty()) {
      return Outcome.dead("machineId: there is no machine %s any more".formatted(machineId));
    }
    Machine machine = found.get();
    return switch (machine.state()) {
      case MachineState.Archiving archiving ->
          archived(transaction, machine, archiving, sandboxId, how);
      case MachineState.Failed failed -> {
        Machines.move(transaction.connection(), machine, failed.putAway(), clock.instant());
        yield archived(transaction, machineId, sandboxId, how);
      }
      case MachineState.Archived _ -> Outcome.skipped("it was put away before; " + how);
      case MachineState.Starting _, MachineState.Active _ ->
          Outcome.retry("it has become %s meanwhile".formatted(machine.state().word()));
    };
  }

  private Outcome archived(
      Transaction transaction,
      Machine machine,
      MachineState.Archiving archiving,
      Optional<String> sandboxId,
      String how)
      throws SQLException {
    if (sandboxId.isPresent() && machine.externalId().isEmpty()) {
      Machines.identify(transaction.connection(), machine, sandboxId.get(), clock.instant());
    }
    Machines.move(transaction.connection(), machine, archiving.archived(), clock.instant());
    transaction.append(new Archived(machine.id(), machine.provider(), sandboxId), clock.instant());
    return Outcome.done(how);
  }

  /** It could not be put away, and a person has to look. */
  Handled givenUp(Effect<ArchiveRequested> effect) {
    String machineId = effect.event().machineId();
    String reason = effect.lastError().orElse("given up");
    return new Commit(
        transaction -> {
          Optional<Machine> machine = Machines.lock(transaction.connection(), machineId);
          if (machine.isEmpty()
              || !(machine.get().state() instanceof MachineState.Archiving archiving)) {
            return Outcome.skipped("the machine is not archiving");
          }
          Machines.move(
              transaction.connection(), machine.get(), archiving.failed(reason), clock.instant());
          transaction.append(new ArchivalFailed(machineId, reason), clock.instant());
          return Outcome.done("machine %s failed".formatted(machineId));
        });
  }
}
