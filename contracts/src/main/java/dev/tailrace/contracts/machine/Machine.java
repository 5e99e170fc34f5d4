package dev.tailrace.contracts.machine;

import java.net.URI;
import java.util.Optional;

/**
 * A machine of a project, as it was found.
 *
 * @param organizationId the tenant
 * @param provider who runs it, such as {@code daytona}
 * @param externalId its id there; empty while nothing is known of it there
 * @param url where its daemon answers, as the daemon said
 */
public record Machine(
    String id,
    String projectId,
    String organizationId,
    String name,
    String provider,
    Optional<String> externalId,
    Optional<URI> url,
    MachineState state) {}
