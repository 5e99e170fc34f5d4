package dev.tailrace.consumers.machines;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.AnalyticsEvent.Captured;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.MachineEvent.Created;
import dev.tailrace.effects.Commit;
import dev.tailrace.effects.Effect;
import dev.tailrace.effects.Handled;
import dev.tailrace.effects.Handler;
import dev.tailrace.effects.Outcome;
import java.time.Instant;
import java.util.Optional;

/** Tells analytics that a machine was wanted. */
final class TrackMachineCreated implements Handler<Created> {

  @Override
  public Handled handle(Effect<Created> effect) {
    Created created = effect.event();
    Instant at = effect.envelope().occurredAt();
    ObjectNode properties =
        Json.MAPPER
            .createObjectNode()
            .put("machine", created.machineId())
            .put("project", created.projectId())
            .put("provider", created.provider());
    ObjectNode groups =
        Json.MAPPER.createObjectNode().put("organization", created.organizationId());
    var captured =
        new Captured(
            "machine_created",
            created.createdByUserId().orElse(created.organizationId()),
            properties,
            Optional.of(groups),
            at);
    return new Commit(
        transaction -> {
          transaction.append(captured, at);
          return Outcome.done("captured for " + captured.distinctId());
        });
  }
}
