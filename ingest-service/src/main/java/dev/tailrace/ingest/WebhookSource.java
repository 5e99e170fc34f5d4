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

  /** The path that it posts to. */
  String route();

  /** The most bytes that a body may have. */
  int bodyLimit();

  /** Whether the provider itself sent these bytes, just now. */
  Verification verify(Headers headers, Body body);

  /** What verified bytes say. */
  Reading read(Body body);

  /** The answer to "is it genuine": yes, or why not. */
  sealed interface Verification permits Genuine, Outcome.Rejected {}

  /** The provider sent it. */
  record Genuine() implements Verification {}

  /** What a body says: something to store, or why it says nothing. */
  sealed interface Reading permits Delivery, Outcome.Rejected {}
}
