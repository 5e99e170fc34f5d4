package dev.tailrace.ingest;

import dev.tailrace.contracts.event.Problem;
import java.util.List;
import java.util.UUID;

/** What became of a delivery. */
sealed interface Outcome {

  /** It is committed, and its event with it. */
  record Accepted(UUID eventId, String tenantId) implements Outcome {}

  /** It was there before; nothing was written. */
  record Duplicate(UUID eventId) implements Outcome {}

  /**
   * It was not taken, and sending the same again will not change that.
   *
   * @param status the 4xx that says so
   * @param reason why, as a fixed phrase: it names a metric, and holds nothing of the request
   * @param problems what exactly, when there is more to say
   */
  record Rejected(int status, String reason, List<Problem> problems)
      implements Outcome,
          WebhookSource.Verification,
          WebhookSource.Reading,
          SignatureCheck.Claimed {

    static Rejected malformed(String reason) {
      return new Rejected(400, reason, List.of());
    }

    static Rejected unauthenticated(String reason) {
      return new Rejected(401, reason, List.of());
    }

    static Rejected tooLarge() {
      return new Rejected(413, "the body is too large", List.of());
    }

    /** Well-formed, genuine, and still no event of ours. */
    static Rejected unacceptable(List<Problem> problems) {
      return new Rejected(422, "the event can't be taken", problems);
    }
  }
}
