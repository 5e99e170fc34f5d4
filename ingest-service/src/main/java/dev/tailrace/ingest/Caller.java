package dev.tailrace.ingest;

import dev.tailrace.contracts.token.ApiToken;
import dev.tailrace.contracts.token.Grant;
import java.util.Optional;

/**
 * Who calls, as their token says.
 *
 * @param tokenId the token's id, which is no secret
 * @param tenantId the only tenant that they may act for; every one when empty
 * @param machineId the machine that they serve, for a daemon
 */
record Caller(
    Grant.Kind kind, String tokenId, Optional<String> tenantId, Optional<String> machineId) {

  /** The holder of this token. */
  static Caller of(ApiToken token) {
    return switch (token.grant()) {
      case Grant.Platform(Optional<String> tenant) ->
          new Caller(Grant.Kind.PLATFORM, token.id(), tenant, Optional.empty());
      case Grant.Daemon(String machineId) ->
          new Caller(Grant.Kind.DAEMON, token.id(), Optional.empty(), Optional.of(machineId));
      case Grant.Publisher publisher ->
          new Caller(Grant.Kind.PUBLISHER, token.id(), publisher.tenantId(), Optional.empty());
    };
  }

  boolean mayActFor(String tenant) {
    return tenantId.isEmpty() || tenantId.get().equals(tenant);
  }
}
