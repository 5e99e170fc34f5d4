package dev.tailrace.ingest;

import dev.tailrace.contracts.token.ApiToken;
import dev.tailrace.contracts.token.Grant;
import java.util.Locale;
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
    PUBLISHER;

    /** The word for it, as the table of tokens has it. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The holder of this token. */
  static Caller of(ApiToken token) {
    return switch (token.grant()) {
      case Grant.Platform(Optional<String> tenant) ->
          new Caller(Kind.PLATFORM, token.id(), tenant, Optional.empty());
      case Grant.Daemon(String machineId) ->
          new Caller(Kind.DAEMON, token.id(), Optional.empty(), Optional.of(machineId));
      case Grant.Publisher publisher ->
          new Caller(Kind.PUBLISHER, token.id(), publisher.tenantId(), Optional.empty());
    };
  }

  boolean mayActFor(String tenant) {
    return tenantId.isEmpty() || tenantId.get().equals(tenant);
  }
}
