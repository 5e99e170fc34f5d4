package dev.tailrace.contracts.token;

import java.time.Instant;
import java.util.Optional;

/**
 * A token as it is known to us: everything but its secret.
 *
 * @param id no secret; see {@link TokenText}
 * @param name whose it is, in a person's words
 */
public record ApiToken(
    String id, String name, Grant grant, Instant createdAt, Optional<Instant> revokedAt) {}
