package dev.tailrace.bridge;

/** Where browsers listen. */
interface Publisher {

  /**
   * One message for a channel.
   *
   * @param id the event's id: the destination drops a repeat of it
   * @param name the event's type
   * @param data the realtime envelope, as JSON
   */
  record Message(String channel, String id, String name, String data) {}

  /** How a destination answers. */
  sealed interface Answer {
    record Accepted() implements Answer {}

    /** To be sent again later, with the same id. */
    record Unavailable(String reason) implements Answer {}

    /** Sending it again will not help. */
    record Refused(String reason) implements Answer {}
  }

  /** Sends the message and waits for the answer. */
  Answer publish(Message message);
}
