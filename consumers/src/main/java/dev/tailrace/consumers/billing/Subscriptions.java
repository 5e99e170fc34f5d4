package dev.tailrace.consumers.billing;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Where the truth about a subscription is asked for. */
interface Subscriptions {

  /** What an answer can be. */
  sealed interface Answer {
    record Found(ObjectNode subscription) implements Answer {}

    /** To be asked again later. */
    record Unavailable(String reason) implements Answer {}

    /** Asking again will not help. */
    record Refused(String reason) implements Answer {}
  }

  /** The subscription as it is now. */
  Answer fetch(String subscriptionId);
}
