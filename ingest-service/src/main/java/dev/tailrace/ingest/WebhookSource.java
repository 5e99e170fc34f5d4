package dev.tailrace.ingest;

/**
 * A provider that delivers webhooks: how its signature is checked and what its deliveries mean.
 *
 * <p>One class a provider, named for it; it opens no connection and keeps nothing. A body is only
 * read after it was verified.
 */
interface WebhookSource {

  /** Its name in receipts, metrics and logs. */
  String name();

  /** The path that it posts to; a part may be a parameter, as in {@code /webhooks/{source}}. */
  String route();

  /** The most bytes that a body may have. */
  int bodyLimit();

  /** Whether a no is final: the provider does not send the same again. */
  default boolean isUrgent() {
    return false;
  }

  /** Whether the provider itself sent these bytes, just now. */
  Verification verify(Headers headers, Body body);

  /** What a verified request says. */
  Reading read(Headers headers, Body body);

  /** What it takes for a yes, to a delivery that is stored or was stored before. */
  Answer accepted();

  /** The answer to "is it genuine": yes, or why not. */
  sealed interface Verification permits Genuine, Outcome.Rejected {}

  /** The provider sent it. */
  record Genuine() implements Verification {}

  /** What a request says: something to store, something to answer, or why it says nothing. */
  sealed interface Reading permits Delivery, Reply, Outcome.Rejected {}

  /** Nothing happened: the provider wants to hear this, as in a handshake. */
  record Reply(Answer answer) implements Reading {}
}
