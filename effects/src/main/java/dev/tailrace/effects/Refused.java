package dev.tailrace.effects;

/**
 * The batch was refused as a whole, and none of it carried out: it is cut in halves, each of which
 * is called at once. One that is refused alone is dead with this reason.
 */
public record Refused(String reason) implements HandledBatch {
  public Refused {
    reason = Reasons.shortened(reason);
  }
}
