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
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * One endpoint of a Svix sender and the webhooks that wait for it.
 *
 * <p>One at a time, in the order in which they are sent. An endpoint that can't be reached or
 * answers 429 or 5xx is tried again with the same webhook, for about an hour; any other answer that
 * isn't 2xx is tried a few times and then given up. Svix itself waits 5 seconds, then 5 minutes,
 * then up to 10 hours and keeps no order: here a test should see its webhooks within seconds.
 */
final class SvixEndpoint {

  private static final Logger LOG = System.getLogger(SvixEndpoint.class.getName());
  private static final int WAITING = 10_000;
  private static final int TRIES_WHEN_AWAY = 1_800;
  private static final int TRIES_WHEN_REFUSED = 5;
  private static final Duration FIRST_WAIT = Duration.ofMillis(100);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private final URI url;
  private final String secret;
  private final Clock clock;
  private final HttpClient client;
  private final BlockingQueue<SvixMessage> waiting = new LinkedBlockingQueue<>(WAITING);
  private final AtomicLong delivered = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private final Thread sender;
  private volatile boolean closed;

  private SvixEndpoint(URI url, String secret, Clock clock, HttpClient client) {
    this.url = url;
    this.secret = secret;
    this.clock = clock;
    this.client = client;
    this.sender = Thread.ofVirtual().name("svix-webhooks").unstarted(this::run);
  }

  static SvixEndpoint start(URI url, String secret, Clock clock, HttpClient client) {
    SvixEndpoint endpoint = new SvixEndpoint(url, secret, clock, client);
    endpoint.sender.start();
    return endpoint;
  }

  void send(SvixMessage message) {
    if (!waiting.offer(message)) {
      drop(message, "too many are waiting");
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
        SvixMessage message = waiting.poll(1, TimeUnit.SECONDS);
        if (message != null) {
          deliver(message);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void deliver(SvixMessage message) throws InterruptedException {
    Duration wait = FIRST_WAIT;
    int tries = 1;
    while (!closed && attempt(message) instanceof Attempt.Failed(String reason, int most)) {
      if (tries == most) {
        drop(message, reason);
        return;
      }
      LockSupport.parkNanos(wait.toNanos());
      wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait.multipliedBy(2);
      tries++;
    }
  }

  private Attempt attempt(SvixMessage message) throws InterruptedException {
    Instant now = clock.instant();
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .header(
                "User-Agent",
                "Svix-Webhooks/1.24 (sender-9YMgn; +https://www.svix.com/http-sender/)")
            .header("svix-id", message.id())
            .header("svix-timestamp", Long.toString(now.getEpochSecond()))
            .header(
                "svix-signature", SvixSignature.header(secret, message.id(), now, message.json()))
            .POST(HttpRequest.BodyPublishers.ofString(message.json()))
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

  private void drop(SvixMessage message, String reason) {
    dropped.incrementAndGet();
    LOG.log(
        Level.WARNING,
        "Webhook given up: messageId={0} url={1} reason={2}",
        message.id(),
        url,
        reason);
  }

  /** What came of one try. */
  private sealed interface Attempt {

    /** Answered 2xx. */
    record Delivered() implements Attempt {}

    /** Not delivered; {@code most} is how many tries such a failure is worth. */
    record Failed(String reason, int most) implements Attempt {}
  }
}
