package dev.tailrace.standins;

import java.time.Clock;
import java.util.List;

/**
 * Stands for PostHog's capture of events, {@code POST /batch/}: it knows a repeat by uuid, name,
 * distinct id and timestamp, and drops without a word what PostHog drops.
 */
public final class PostHogStandIn implements StandIn {

  /** The project's key that it accepts unless started with another one. */
  public static final String KEY = "phc_standin";

  private final PostHogCaptures captures;
  private final FrontDoor door;

  private PostHogStandIn(int port, Clock clock, String key) {
    captures = new PostHogCaptures(clock);
    door = FrontDoor.open(port, clock, new PostHogApi(key, captures));
  }

  /** Starts on a port, 0 for a free one. The clock dates events that come without a timestamp. */
  public static PostHogStandIn start(int port, Clock clock) {
    return start(port, clock, KEY);
  }

  /** Starts with another project's key, {@code phc_...}. */
  public static PostHogStandIn start(int port, Clock clock, String key) {
    return new PostHogStandIn(port, clock, key);
  }

  /** What it kept, the oldest first: the newest ten thousand events, and at most 32 MiB. */
  public List<PostHogEvent> captured() {
    return captures.captured();
  }

  /** How often an event came once more that it had captured. */
  public long duplicates() {
    return captures.duplicates();
  }

  /** What it answered with 200 and dropped, the oldest first. */
  public List<PostHogDrop> dropped() {
    return captures.dropped();
  }

  /** How many events each call had that it took, the oldest first. */
  public List<Integer> callSizes() {
    return captures.callSizes();
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
