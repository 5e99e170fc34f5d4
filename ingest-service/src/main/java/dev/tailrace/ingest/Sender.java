package dev.tailrace.ingest;

import com.fasterxml.jackson.core.JsonPointer;
import java.util.List;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;

/**
 * A configured sender of Standard Webhooks.
 *
 * @param name part of its route and of its events' type
 * @param keys those that are active
 * @param aggregate where in the body stands what an event is about; else it is about the delivery
 * @param aggregateType what kind of thing that is
 * @param tenant whose all of its events are
 * @param maxBodyBytes the most that a body may have
 */
record Sender(
    String name,
    List<SecretKeySpec> keys,
    Optional<JsonPointer> aggregate,
    String aggregateType,
    String tenant,
    int maxBodyBytes) {

  Sender {
    keys = List.copyOf(keys);
  }

  /** Leaves the keys out. */
  @Override
  public String toString() {
    return "Sender[" + name + ", " + keys.size() + " keys]";
  }
}
