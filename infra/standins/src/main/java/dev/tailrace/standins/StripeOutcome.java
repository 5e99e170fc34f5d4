package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What came of a call to Stripe. */
sealed interface StripeOutcome {

  /** It was done, and this is the object. */
  record Done(ObjectNode object) implements StripeOutcome {}

  /** It was refused; nothing changed. */
  record Refused(StripeProblem problem) implements StripeOutcome {}

  static StripeOutcome refused(StripeProblem problem) {
    return new Refused(problem);
  }

  default Reply.Answer answer() {
    return switch (this) {
      case Done(ObjectNode object) -> Reply.Answer.json(200, object);
      case Refused(StripeProblem problem) -> problem.answer();
    };
  }
}
