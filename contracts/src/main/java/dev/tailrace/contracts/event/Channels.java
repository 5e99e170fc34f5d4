package dev.tailrace.contracts.event;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of the realtime channels, on which browsers listen. */
public final class Channels {

  private static final Pattern CHANNEL =
      Pattern.compile("tenant:([^:*\\s\\p{Cntrl}]+)(?::([^:]+))?");

  private Channels() {}

  /** The channel of everything that a tenant may see. */
  public static String channelFor(String tenantId) {
    if (tenantId.isBlank()) {
      throw new IllegalArgumentException("tenantId is required");
    }
    return "tenant:" + tenantId;
  }

  /** The module of an event type: what stands before its first dot or colon. */
  public static String moduleOf(String eventType) {
    for (int i = 0; i < eventType.length(); i++) {
      if (eventType.charAt(i) == '.' || eventType.charAt(i) == ':') {
        return eventType.substring(0, i);
      }
    }
    throw new IllegalArgumentException("Invalid eventType format: " + eventType);
  }

  /** The tenant that a channel belongs to; empty when it is no channel of ours. */
  public static Optional<String> parse(String channel) {
    Matcher matcher = CHANNEL.matcher(channel);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}
