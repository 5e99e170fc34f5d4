package dev.tailrace.standins;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** The channels that were published to or watched, by name. */
final class AblyChannels {

  private final Clock clock;
  private final SortedMap<String, AblyChannel> channels = new ConcurrentSkipListMap<>();
  private volatile boolean unlimited;

  AblyChannels(Clock clock) {
    this.clock = clock;
  }

  void unlimited() {
    unlimited = true;
  }

  /** Why a name isn't a channel's, or nothing. */
  static Optional<AblyProblem> check(String name) {
    boolean bad =
        name.isEmpty()
            || name.startsWith("[")
            || name.startsWith(":")
            || name.contains("\n")
            || name.contains("\r");
    return bad
        ? Optional.of(new AblyProblem(400, 40010, "invalid channel name: '" + name + "'"))
        : Optional.empty();
  }

  AblyChannel of(String name) {
    return channels.computeIfAbsent(name, key -> new AblyChannel(clock, () -> unlimited));
  }

  /** The kept messages of a channel, the oldest first; none for a channel that nobody used. */
  List<AblyMessage> messages(String name) {
    AblyChannel channel = channels.get(name);
    return channel == null ? List.of() : channel.messages();
  }

  List<String> names() {
    return List.copyOf(channels.keySet());
  }
}
