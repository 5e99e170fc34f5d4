package dev.tailrace.consumers.forwarding;

import java.time.Duration;
import java.util.Optional;

/** Where the mails that came in can be fetched. */
interface Mails {

  /** What comes back. */
  sealed interface Fetched {

    /** The mail. */
    record Found(Mail mail) implements Fetched {}

    /** It is there, and larger than is read. */
    record TooLarge() implements Fetched {}

    /**
     * To be asked for again.
     *
     * @param delay how long it asks to wait, if it does
     */
    record Later(Optional<Duration> delay, String reason) implements Fetched {}
  }

  /** Fetches a mail by the id that its event has. */
  Fetched fetch(String emailId) throws InterruptedException;
}
