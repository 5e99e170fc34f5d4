package dev.tailrace.standins;

import java.time.Clock;
import java.util.List;

/**
 * Stands for Ably's REST API: publish and history, with its rules for ids, sizes, names and rates.
 *
 * <p>Point ably-java at it with restHost "localhost", port {@link #port()}, tls false,
 * useBinaryProtocol false, no fallback hosts and the {@link #KEY}.
 */
public final class AblyStandIn implements StandIn {

  /** The API key it accepts unless started with another one. */
  public static final String KEY = "standin.local:not-a-secret";

  private final AblyChannels channels;
  private final FrontDoor door;

  private AblyStandIn(int port, Clock clock, AblyKey key) {
    channels = new AblyChannels(clock);
    door = FrontDoor.open(port, clock, new AblyApi(clock, key, channels));
  }

  /**
   * Starts on a port, 0 for a free one. The clock dates messages, fills the rate, and lets ids be
   * forgotten after two minutes.
   */
  public static AblyStandIn start(int port, Clock clock) {
    return start(port, clock, KEY);
  }

  /** Starts with another API key, {@code app.key:secret}. */
  public static AblyStandIn start(int port, Clock clock, String key) {
    return new AblyStandIn(port, clock, AblyKey.of(key));
  }

  /** Takes any number of messages a second from now on, instead of 50 for each channel. */
  public void unlimited() {
    channels.unlimited();
  }

  /**
   * What a subscriber of the channel got, in order: the newest ten thousand messages, and at most
   * 32 MiB.
   */
  public List<AblyMessage> received(String channel) {
    return channels.messages(channel);
  }

  /** The channels that were published to or watched, in alphabetical order. */
  public List<String> channels() {
    return channels.names();
  }

  @Override
  public int port() {
    return door.port();
  }

  @Override
  public Faults faults() {
    return door.faults();
  }

  @Override
  public ReceivedRequests requests() {
    return door.received();
  }

  @Override
  public void close() {
    door.close();
  }
}
