package dev.tailrace.consumers.journal;

import dev.tailrace.contracts.event.Topics;
import java.util.Optional;

/** Which topics the journal reads, and what is in each. */
final class JournalTopics {

  /** What the records of a topic are. */
  sealed interface Content {

    record Events() implements Content {}

    record Attempts() implements Content {}

    record DeadLetters(String application) implements Content {}
  }

  private final String events;
  private final String attempts;
  private final String dead;

  JournalTopics(Topics topics) {
    this.events = topics.prefix() + "events.";
    this.attempts = topics.attempts();
    this.dead = topics.dead("");
  }

  /** What is in a topic; nothing when it is none of the journal's. */
  Optional<Content> of(String topic) {
    if (topic.startsWith(events)) {
      return Optional.of(new Content.Events());
    }
    if (topic.equals(attempts)) {
      return Optional.of(new Content.Attempts());
    }
    return topic.startsWith(dead)
        ? Optional.of(new Content.DeadLetters(topic.substring(dead.length())))
        : Optional.empty();
  }
}
