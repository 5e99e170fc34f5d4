package dev.tailrace.ingest;

import java.util.Optional;

/**
 * Who calls, as their token says.
 *
 * @param tokenId the token's id, which is no secret
 * @param tenantId the only tenant that they may act for; every one when empty
 * @param machineId the machine that they serve, for a daemon
 */
record Caller(Kind kind, String tokenId, Optional<String> tenantId, Optional<String> machineId) {

  /** What a token is for. */
  enum Kind {
    /** The platform's own services: all procedures. */
    PLATFORM,
    /** The daemon of one machine. */
    DAEMON,
    /** A program that appends events. */
    PUBLISHER
  }

  boolean mayActFor(String tenant) {
    return tenantId.isEmpty() || tenantId.get().equals(tenant);
  }
}
