package dev.tailrace.standins;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A mail that was sent through the stand-in for Resend. */
public record ResendEmail(
    String id,
    String from,
    List<String> to,
    String subject,
    Optional<String> html,
    Optional<String> text,
    Instant at) {

  public ResendEmail {
    to = List.copyOf(to);
  }
}
