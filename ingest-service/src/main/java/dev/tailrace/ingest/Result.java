package dev.tailrace.ingest;

import dev.tailrace.contracts.event.Problem;
import java.util.List;

/** What came of a call of a procedure. */
sealed interface Result<O> {

  /**
   * It is done; {@code tenantId} and the aggregate are those of the event that tells of the call.
   */
  record Done<O>(String tenantId, String aggregateType, String aggregateId, O output)
      implements Result<O> {}

  /**
   * It can't be done, and calling again with the same will not change that.
   *
   * @param status the 4xx that says so
   * @param reason what is wrong, in a fixed phrase
   * @param problems what exactly, when there is more to say
   */
  record Refused<O>(int status, String reason, List<Problem> problems) implements Result<O> {}

  /**
   * A field names something that is not there.
   *
   * @param what in a word, such as {@code organization}
   */
  static <O> Result<O> unknown(String field, String what) {
    return new Refused<>(
        404, "there is no such " + what, List.of(new Problem("/" + field, "names no " + what)));
  }

  /** A field's value is somebody else's already. */
  static <O> Result<O> taken(String field) {
    return new Refused<>(409, field + " is taken", List.of(new Problem("/" + field, "is taken")));
  }

  /** What is there is in no state for this. */
  static <O> Result<O> conflict(String reason) {
    return new Refused<>(409, reason, List.of());
  }
}
