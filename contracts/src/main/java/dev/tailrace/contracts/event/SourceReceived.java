package dev.tailrace.contracts.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.validation.constraints.NotBlank;

/**
 * A delivery of a configured sender of Standard Webhooks, as it came: {@code <source>:received}.
 *
 * @param id the sender's id of the delivery
 */
public record SourceReceived(@NotBlank String id, ObjectNode raw) implements Event {}
