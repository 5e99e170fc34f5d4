package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * One webhook endpoint and the events that wait for it.
 *
 * <p>One at a time, in the order of creation. An endpoint that can't be reached or answers 429 or
 * 5xx is tried again with the same event, for about an hour; any other answer that isn't 2xx is
 * tried a few times and then given up, so that one bad event doesn't keep back the others. Stripe
 * itself takes days and keeps no order: here a demo should see its events within seconds of the
 * endpoint's return.
 */
final class StripeEndpoint {

  private static final Logger LOG = System.getLogger(StripeEndpoint.class.getName());
  private static final int WAITING = 10_000;
  private static final int TRIES_WHEN_AWAY = 1_800;
  private static final int TRIES_WHEN_REFUSED = 5;
  private static final Duration FIRST_WAIT = Duration.ofMillis(100);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final URI url;
  private final String secret;
  private final Clock clock;
  private final HttpClient client;
  private final BlockingQueue<StripeEvent> waiting = new LinkedBlockingQueue<>(WAITING);
  private final AtomicLong delivered = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private final Thread sender;
  private volatile boolean closed;

  private StripeEndpoint(URI url, String secret, Clock clock, HttpClient client) {
    this.url = url;
    this.secret = secret;
    this.clock = clock;
    this.client = client;
    this.sender = Thread.ofVirtual().name("stripe-webhooks").unstarted(this::run);
  }

  static StripeEndpoint start(URI url, String secret, Clock clock, HttpClient client) {
    StripeEndpoint endpoint = new StripeEndpoint(url, secret, clock, client);
    endpoint.sender.start();
    return endpoint;
  }

  void send(StripeEvent event) {
    if (!waiting.offer(event)) {
      drop(event, "too many are waiting");
    }
  }

  ObjectNode json() {
    return Json.object()
        .put("url", url.toString())
        .put("waiting", waiting.size())
        .put("delivered", delivered.get())
        .put("dropped", dropped.get());
  }

  void close() {
    closed = true;
    sender.interrupt();
  }

  private void run() {
    try {
      while (!closed) {
        StripeEvent event = waiting.poll(1, TimeUnit.SECONDS);
        if (event != null) {
          deliver(event);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void deliver(StripeEvent event) throws InterruptedException {
    Duration wait = FIRST_WAIT;
    int tries = 1;
    while (!closed && attempt(event) instanceof Attempt.Failed(String reason, int most)) {
      if (tries == most) {
        drop(event, reason);
        return;
      }
      LockSupport.parkNanos(wait.toNanos());
      wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait.multipliedBy(2);
      tries++;
    }
  }

  private Attempt attempt(StripeEvent event) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json; charset=utf-8")
            .header("User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)")
            .header(
                "Stripe-Signature", StripeSignature.header(secret, clock.instant(), event.json()))
            .POST(HttpRequest.BodyPublishers.ofString(event.json()))
            .build();
    try {
      int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      if (status >= 200 && status < 300) {
        delivered.incrementAndGet();
        return new Attempt.Delivered();
      }
      boolean away = status == 429 || status >= 500;
      return new Attempt.Failed("status " + status, away ? TRIES_WHEN_AWAY : TRIES_WHEN_REFUSED);
    } catch (IOException e) {
      return new Attempt.Failed(e.toString(), TRIES_WHEN_AWAY);
    }
  }

  private void drop(StripeEvent event, String reason) {
    dropped.incrementAndGet();
    LOG.log(
        Level.WARNING, "Webhook given up: eventId={0} url={1} reason={2}", event.id(), url, reason);
  }

  /** What came of one try. */
  private sealed interface Attempt {

    /** Answered 2xx. */
    record Delivered() implements Attempt {}

    /** Not delivered; {@code most} is how many tries such a failure is worth. */
    record Failed(String reason, int most) implements Attempt {}
  }
}
