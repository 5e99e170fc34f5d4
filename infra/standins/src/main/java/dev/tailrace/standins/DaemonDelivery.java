package dev.tailrace.standins;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * One well signed request to a machine's daemon, whatever came of it.
 *
 * @param webhookId the header {@code webhook-id}
 * @param path one of the three paths of {@link DaemonStandIn}
 * @param conversation {@code <channel>/<thread>} of Slack, the sender's address of a mail, empty
 *     where there is neither
 * @param laneSeq the header {@code tailrace-lane-seq}
 * @param body the exact text
 * @param status what was answered
 */
public record DaemonDelivery(
    String webhookId,
    String path,
    String conversation,
    OptionalLong laneSeq,
    String body,
    Instant at,
    int status) {}
