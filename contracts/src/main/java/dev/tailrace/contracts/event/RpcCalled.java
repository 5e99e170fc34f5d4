package dev.tailrace.contracts.event;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A procedure was carried out: {@code rpc:<procedure>}, with what it was given and what it
 * answered, secrets left out.
 */
public record RpcCalled(ObjectNode input, ObjectNode output) implements Event {}
