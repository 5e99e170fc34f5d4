package dev.tailrace.ingest;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Who a project can be connected to by OAuth. */
public enum OAuthProvider {
  SLACK("Slack"),
  GITHUB("GitHub"),
  GOOGLE("Google");

  private final String title;

  OAuthProvider(String title) {
    this.title = title;
  }

  /** As in paths and tables, {@code slack}. */
  String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** As people call it. */
  String title() {
    return title;
  }

  static Optional<OAuthProvider> of(String id) {
    return Arrays.stream(values()).filter(provider -> provider.id().equals(id)).findFirst();
  }
}
