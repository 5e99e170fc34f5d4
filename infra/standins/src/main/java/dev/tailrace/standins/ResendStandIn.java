package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Clock;
import java.util.List;

/**
 * Stands for Resend: mails that are sent, with its refusals and its idempotency, mails that come
 * in, and webhooks signed as Svix does.
 */
public final class ResendStandIn implements StandIn {

  /** The key that it knows. */
  public static final String API_KEY = "re_not-a-secret";

  /** How many requests a second it takes unless told otherwise. */
  public static final int REQUESTS_A_SECOND = 2;

  private final SvixWebhooks webhooks;
  private final ResendMails mails;
  private final Throttle limit;
  private final FrontDoor door;

  private ResendStandIn(int port, Clock clock) {
    webhooks = new SvixWebhooks(clock);
    mails = new ResendMails(clock, webhooks);
    limit = Throttle.of(REQUESTS_A_SECOND, clock);
    ResendControl control = new ResendControl(mails, limit, webhooks);
    door =
        FrontDoor.open(port, clock, new ResendApi(mails, new Idempotency<>(clock), limit, control));
  }

  /**
   * Starts on a port, 0 for a free one. The clock dates mails, fills the rate and lets
   * Idempotency-Keys be forgotten after 24 hours.
   */
  public static ResendStandIn start(int port, Clock clock) {
    return new ResendStandIn(port, clock);
  }

  /** Sends each webhook from now on to an endpoint, signed with its secret, {@code whsec_...}. */
  public void webhooks(URI endpoint, String secret) {
    webhooks.register(endpoint, secret);
  }

  /** The webhooks: what was told, and what goes wrong with it. */
  public SvixWebhooks webhooks() {
    return webhooks;
  }

  /** Takes this many requests a second from now on, instead of two, and answers 429 to more. */
  public void limit(int perSecond) {
    limit.set(perSecond);
  }

  /** Takes any number of requests from now on. */
  public void unlimited() {
    limit.lift();
  }

  /** What was sent, the newest ten thousand, the oldest first. */
  public List<ResendEmail> sent() {
    return mails.sent();
  }

  /**
   * Takes a mail in: it can be fetched from now on under the id that is answered, and {@code
   * email.received} is told to the webhooks, without its text.
   */
  public String receive(ResendIncoming mail) {
    return mails.receive(mail);
  }

  /** Tells {@code email.sent} of a mail that was sent. */
  public void tellSent(String emailId) {
    tell(emailId, "sent", Json.object());
  }

  /** Tells {@code email.delivered} of a mail that was sent. */
  public void tellDelivered(String emailId) {
    tell(emailId, "delivered", Json.object());
  }

  /** Tells {@code email.bounced} of a mail that was sent, and why it did. */
  public void tellBounced(String emailId, String reason) {
    tell(emailId, "bounced", ResendControl.bounce(reason));
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
    webhooks.close();
  }

  private void tell(String emailId, String status, ObjectNode more) {
    if (!mails.tell(emailId, status, more)) {
      throw new IllegalArgumentException("no such mail was sent: " + emailId);
    }
  }
}
