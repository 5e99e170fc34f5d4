package dev.tailrace.standins;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Stands for the daemon on a project's machine: it takes what is forwarded to it when it is signed
 * with its own secret, and remembers what came, in which order, and what came twice.
 *
 * <p>One that fails says so with {@link #faults()}: {@code fail(410)}, {@code fail(429)}, which
 * comes with Retry-After, {@code fail(500)}, {@code slow}, {@code down} and the others. A slow one
 * has taken the request before it answers.
 */
public final class DaemonStandIn implements StandIn {

  /** Where events and interactions of Slack are forwarded to. */
  public static final String SLACK = "/api/integrations/slack/webhook";

  /** Where mails are forwarded to. */
  public static final String EMAIL = "/api/integrations/email/webhook";

  /** Where a daemon is asked to read its environment again. */
  public static final String REFRESH = "/api/environment/refresh";

  private final CountDownLatch closed = new CountDownLatch(1);
  private final DaemonSignature signature;
  private final DaemonInbox inbox;
  private final DaemonApi api;
  private final FrontDoor door;
  private final DaemonFlapping flapping;

  private DaemonStandIn(int port, Clock clock, String secret) {
    signature = new DaemonSignature(clock, secret);
    inbox = new DaemonInbox(clock);
    api = new DaemonApi(signature, inbox, closed);
    door = FrontDoor.open(port, clock, api);
    flapping = new DaemonFlapping(door.faults());
  }

  /**
   * Starts on a port, 0 for a free one. The clock dates deliveries and judges their timestamps.
   *
   * @param secret the machine's own, {@code whsec_<base64>}
   */
  public static DaemonStandIn start(int port, Clock clock, String secret) {
    return new DaemonStandIn(port, clock, secret);
  }

  /** Takes only what is signed with this secret from now on. */
  public void secret(String secret) {
    signature.secret(secret);
  }

  /**
   * Whether what comes with a smaller {@code tailrace-lane-seq} than one before it in its lane is
   * answered 409 and not taken; it isn't at the start. A lane is a conversation, of Slack's events,
   * Slack's interactions and mails apart. What has no such header is never late, nor what is about
   * no conversation: a poke may be of any lane.
   */
  public void checkLanes(boolean check) {
    inbox.checkLanes(check);
  }

  /** What Retry-After says from now on, in whole seconds; one second at the start. */
  public void retryAfter(Duration wait) {
    api.retryAfter(wait);
  }

  /** Answers what it takes with a body of so many bytes from now on. */
  public void answerWith(long bytes) {
    api.answers(new DaemonAnswer.Large(bytes));
  }

  /** Answers what it takes with a body that never ends from now on. */
  public void answerWithoutEnd() {
    api.answers(new DaemonAnswer.Endless());
  }

  /** Answers with a few bytes again. */
  public void answerShortly() {
    api.answers(new DaemonAnswer.Brief());
  }

  /** Is up and then down, again and again, each for so long in real time; it is up at first. */
  public void flap(Duration up, Duration down) {
    flapping.start(up, down);
  }

  /** Is up, and stays so. */
  public void steady() {
    flapping.stop();
  }

  /** All that was well signed, in the order of arrival; duplicates and late ones among it. */
  public List<DaemonDelivery> received() {
    return inbox.received();
  }

  /** What was taken, each webhook-id once, in the order of its first arrival. */
  public List<DaemonDelivery> deliveries() {
    return inbox.taken();
  }

  /** What was taken of one conversation; see {@link DaemonDelivery#conversation}. */
  public List<DaemonDelivery> deliveries(String conversation) {
    return deliveries().stream()
        .filter(delivery -> delivery.conversation().equals(conversation))
        .toList();
  }

  /** What came although its webhook-id had been taken before; each was answered 200. */
  public List<DaemonDelivery> duplicates() {
    return inbox.duplicates();
  }

  /** Forgets what came, and the lanes, as a daemon does that lost its disk. */
  public void forget() {
    inbox.forget();
  }

  /** What one of its control paths answers, although the daemon may be down. */
  Reply control(Request request) {
    return door.control(request);
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
    closed.countDown();
    flapping.close();
    door.close();
  }
}
