package dev.tailrace.ingest;

import java.util.Optional;
import java.util.UUID;

/** What became of a call. */
sealed interface Settled {

  /**
   * It is committed.
   *
   * @param response the output, as JSON
   * @param eventId the event that tells of the call, unless it is not told
   */
  record Committed(String tenantId, String response, Optional<UUID> eventId) implements Settled {}

  /** It was committed before; nothing was done now. */
  record Repeated(int status, String response) implements Settled {}

  /** The same call is being worked on. */
  record StillRunning() implements Settled {}

  /** The key was given to another call. */
  record KeyTaken() implements Settled {}

  /** Nothing of it was kept. */
  record TurnedDown(Result.Refused<?> refused) implements Settled {}
}
