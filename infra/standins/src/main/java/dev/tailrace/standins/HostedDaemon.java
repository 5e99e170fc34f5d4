package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A machine's daemon, and the sandbox that it runs in.
 *
 * @param sandboxId the last one, of a machine that had several
 */
record HostedDaemon(String machineId, String sandboxId, DaemonStandIn daemon) {

  ObjectNode json() {
    return Json.object()
        .put("machineId", machineId)
        .put("sandboxId", sandboxId)
        .put("url", daemon.url())
        .put("received", daemon.received().size())
        .put("taken", daemon.deliveries().size())
        .put("duplicates", daemon.duplicates().size());
  }
}
