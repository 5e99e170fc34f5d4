package dev.tailrace.standins;

/**
 * A running stand-in: what a test or the local stack needs to know of it whichever provider it
 * stands for.
 */
public interface StandIn extends AutoCloseable {

  /**
   * The port it listens on, on the loopback address only; the same before and after it was down.
   */
  int port();

  /** Where it is reached, without a slash at the end: {@code http://127.0.0.1:port}. */
  default String url() {
    return "http://127.0.0.1:" + port();
  }

  /** How it misbehaves, now and from now on. */
  Faults faults();

  /** What it received, the newest ten thousand. */
  ReceivedRequests requests();

  @Override
  void close();
}
