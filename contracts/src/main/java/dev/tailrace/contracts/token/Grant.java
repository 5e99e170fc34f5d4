package dev.tailrace.contracts.token;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a token lets its holder do. */
public sealed interface Grant {

  /** What a token is for. */
  enum Kind {
    PLATFORM("p"),
    DAEMON("d"),
    /** Its letter is that of the events that it publishes. */
    PUBLISHER("e");

    private final String letter;

    Kind(String letter) {
      this.letter = letter;
    }

    /** What tells the kind in a token's text. */
    String letter() {
      return letter;
    }

    /** The word for it, in the table and at the console. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** To call the procedures, as one of the platform's own services. */
  record Platform(Optional<String> tenantId) implements Grant {}

  /** To report of one machine, as its daemon. */
  record Daemon(String machineId) implements Grant {}

  /**
   * To append events.
   *
   * @param types what their types must match; every type when empty
   */
  record Publisher(Optional<String> tenantId, Optional<List<TypePattern>> types) implements Grant {

    public Publisher {
      types = types.map(List::copyOf);
      if (types.isPresent() && types.get().isEmpty()) {
        throw new IllegalArgumentException("a publisher with an empty list could publish nothing");
      }
    }

    /** Whether an event of this type may be appended. */
    public boolean mayPublish(String type) {
      return types.isEmpty() || types.get().stream().anyMatch(pattern -> pattern.matches(type));
    }

    /** The patterns as a person writes them, {@code *} for every type. */
    public String typesInWords() {
      return types
          .map(all -> all.stream().map(TypePattern::text).collect(Collectors.joining(", ")))
          .orElse("*");
    }
  }

  default Kind kind() {
    return switch (this) {
      case Platform _ -> Kind.PLATFORM;
      case Daemon _ -> Kind.DAEMON;
      case Publisher _ -> Kind.PUBLISHER;
    };
  }

  /** The only tenant that its holder may act for; every one when empty. */
  default Optional<String> tenant() {
    return switch (this) {
      case Platform platform -> platform.tenantId();
      case Daemon _ -> Optional.empty();
      case Publisher publisher -> publisher.tenantId();
    };
  }
}
