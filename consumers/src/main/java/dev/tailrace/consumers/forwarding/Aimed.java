package dev.tailrace.consumers.forwarding;

import java.net.URI;
import java.util.Optional;

/** Where something is to go, as the tables have it before an attempt. */
sealed interface Aimed {

  /**
   * The machine that serves the project now.
   *
   * @param url where its daemon answers, as the daemon said
   * @param signature made with the machine's own secret
   */
  record AtMachine(String machineId, String projectId, URI url, StandardWebhookSignature signature)
      implements Aimed {}

  /**
   * A machine serves the project, and what is needed to reach it is not there.
   *
   * @param reason which says how to mend it
   */
  record Unready(String machineId, String projectId, String reason) implements Aimed {}

  /** No machine serves the project now. */
  record NoMachine(String projectId) implements Aimed {}

  /** Nobody here is known under this: a team of Slack's, who wrote a mail, a machine. */
  record Unowned(String account) implements Aimed {}

  /** The machine by its id, for its breaker; empty where nothing will be dialled. */
  default Optional<String> destination() {
    return switch (this) {
      case AtMachine machine -> Optional.of(machine.machineId());
      case Unready _, NoMachine _, Unowned _ -> Optional.empty();
    };
  }
}
