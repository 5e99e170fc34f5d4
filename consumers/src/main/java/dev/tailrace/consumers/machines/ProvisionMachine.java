package dev.tailrace.consumers.machines;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.consumers.machines.MachineSecrets.Issued;
import dev.tailrace.consumers.machines.Sandbox.Phase;
import dev.tailrace.contracts.event.MachineEvent.ArchiveRequested;
import dev.tailrace.contracts.event.MachineEvent.Created;
import dev.tailrace.contracts.event.MachineEvent.ProvisioningFailed;
import dev.tailrace.contracts.machine.Machine;
import dev.tailrace.contracts.machine.MachineState;
import dev.tailrace.contracts.machine.Machines;
import dev.tailrace.effects.Commit;
import dev.tailrace.effects.Effect;
import dev.tailrace.effects.Handled;
import dev.tailrace.effects.Handler;
import dev.tailrace.effects.Outcome;
import dev.tailrace.effects.Transaction;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A machine that is wanted gets its sandbox, once, and the sandbox what its daemon needs.
 *
 * <p>The sandbox is looked for before it is made: an earlier try may have made it and not have
 * heard of it. A machine that was put away meanwhile is asked to be put away once more as soon as
 * its sandbox is known, so that none is left running at the provider.
 */
final class ProvisionMachine implements Handler<Created> {

  private static final String PUT_AWAY = "it was put away while it was made";

  private final Sandboxes sandboxes;
  private final MachineSecrets secrets;
  private final String api;
  private final Clock clock;

  ProvisionMachine(Sandboxes sandboxes, MachineSecrets secrets, String api, Clock clock) {
    this.sandboxes = sandboxes;
    this.secrets = secrets;
    this.api = api;
    this.clock = clock;
  }

  @Override
  public Handled handle(Effect<Created> effect) throws SQLException, InterruptedException {
    Created wanted = effect.event();
    Optional<String> problem = problem(wanted);
    if (problem.isPresent()) {
      return Outcome.dead(problem.get());
    }
    return switch (secrets.issue(wanted.machineId())) {
      case Issued.Secrets its -> provision(draft(wanted, its));
      case Issued.Unopened() ->
          Outcome.retry(
              "machine_secret of %s is sealed with a key that MACHINES_SEALING_KEYS does not have: add it there"
                  .formatted(wanted.machineId()));
      case Issued.NotWanted(Machine machine) -> notWanted(machine);
      case Issued.UnknownMachine() ->
          Outcome.dead("machineId: there is no machine " + wanted.machineId());
    };
  }

  private static Optional<String> problem(Created wanted) {
    if (!Providers.isKnown(wanted.provider())) {
      return Optional.of(Providers.unknown(wanted.provider()));
    }
    return List.of("snapshot", "target", "class").stream()
        .filter(field -> wanted.metadata().has(field) && asked(wanted.metadata(), field).isEmpty())
        .findFirst()
        .map(
            field -> "metadata/%s must be a text: leave it out for the usual one".formatted(field));
  }

  private static Optional<String> asked(ObjectNode metadata, String field) {
    return Optional.of(metadata.path(field))
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue)
        .filter(text -> !text.isBlank());
  }

  private Sandboxes.Wanted draft(Created wanted, Issued.Secrets its) {
    ObjectNode metadata = wanted.metadata();
    return new Sandboxes.Wanted(
        wanted.machineId(),
        Map.of(
            "TAILRACE_MACHINE_ID", wanted.machineId(),
            "TAILRACE_TOKEN", its.token(),
            "TAILRACE_WEBHOOK_SECRET", its.signing(),
            "TAILRACE_API", api),
        asked(metadata, "snapshot"),
        asked(metadata, "target"),
        asked(metadata, "class"));
  }

  private Handled provision(Sandboxes.Wanted draft) throws InterruptedException {
    return sandboxes
        .ofMachine(draft.machineId())
        .then(
            found ->
                found.isPresent()
                    ? made(draft.machineId(), found.get())
                    : sandboxes.create(draft).then(sandbox -> made(draft.machineId(), sandbox)));
  }

  private Handled made(String machineId, Sandbox sandbox) {
    return sandbox.phase() == Phase.BROKEN
        ? Outcome.dead(
            "sandbox %s of machine %s is in state %s: look at it at its provider, and create another machine"
                .formatted(sandbox.id(), machineId, sandbox.state()))
        : new Commit(transaction -> remember(transaction, machineId, sandbox));
  }

  /** An earlier try may have made a sandbox of which nobody has heard. */
  private Handled notWanted(Machine machine) throws InterruptedException {
    if (machine.externalId().isPresent()) {
      return Outcome.skipped("the machine is sandbox " + machine.externalId().get());
    }
    return sandboxes
        .ofMachine(machine.id())
        .then(
            found ->
                found.isPresent() && found.get().phase() != Phase.PUT_AWAY
                    ? new Commit(transaction -> remember(transaction, machine.id(), found.get()))
                    : Outcome.skipped("the machine is " + machine.state().word()));
  }

  private Outcome remember(Transaction transaction, String machineId, Sandbox sandbox)
      throws SQLException {
    Optional<Machine> found = Machines.lock(transaction.connection(), machineId);
    if (found.isEmpty()) {
      return Outcome.dead(
          "machineId: there is no machine %s any more, and its sandbox %s is to be deleted at its provider"
              .formatted(machineId, sandbox.id()));
    }
    Machine machine = found.get();
    if (machine.externalId().filter(id -> !id.equals(sandbox.id())).isPresent()) {
      return Outcome.dead(
          "the machine is sandbox %s, and sandbox %s is labelled as its own too: delete that one at its provider"
              .formatted(machine.externalId().get(), sandbox.id()));
    }
    Machines.identify(transaction.connection(), machine, sandbox.id(), clock.instant());
    secrets.delivered(transaction.connection(), machineId);
    return switch (machine.state()) {
      case MachineState.Starting _, MachineState.Active _ ->
          Outcome.done("sandbox " + sandbox.id());
      case MachineState.Archiving _, MachineState.Archived _, MachineState.Failed _ -> {
        transaction.append(
            new ArchiveRequested(
                machineId, machine.provider(), Optional.of(sandbox.id()), PUT_AWAY),
            clock.instant());
        yield Outcome.done(
            "sandbox %s, to be put away: the machine is %s"
                .formatted(sandbox.id(), machine.state().word()));
      }
    };
  }

  /** No sandbox was to be had. */
  Handled givenUp(Effect<Created> effect) {
    String machineId = effect.event().machineId();
    String reason = effect.lastError().orElse("given up");
    return new Commit(
        transaction -> {
          Optional<Machine> machine = Machines.lock(transaction.connection(), machineId);
          if (machine.isEmpty()
              || !(machine.get().state() instanceof MachineState.Starting starting)) {
            return Outcome.skipped("the machine is not starting");
          }
          Machines.move(
              transaction.connection(), machine.get(), starting.failed(reason), clock.instant());
          transaction.append(new ProvisioningFailed(machineId, reason), clock.instant());
          return Outcome.done("machine %s failed".formatted(machineId));
        });
  }
}
