package dev.tailrace.standins;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A mail that somebody writes to an address of ours.
 *
 * @param from {@code ann@example.com} or {@code Ann <ann@example.com>}
 * @param headers those of the mail, {@code in-reply-to} for instance; a {@code message-id} is made
 *     when there is none
 */
public record ResendIncoming(
    String from,
    List<String> to,
    List<String> cc,
    String subject,
    Optional<String> html,
    Optional<String> text,
    Map<String, String> headers) {

  public ResendIncoming {
    to = List.copyOf(to);
    cc = List.copyOf(cc);
    headers = Map.copyOf(headers);
    if (from.isBlank() || to.isEmpty()) {
      throw new IllegalArgumentException("a mail must have a sender and a recipient");
    }
  }

  /** A mail of plain text to one address. */
  public static ResendIncoming plain(String from, String to, String subject, String text) {
    return new ResendIncoming(
        from, List.of(to), List.of(), subject, Optional.empty(), Optional.of(text), Map.of());
  }
}
