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
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * One endpoint of whoever sends webhooks, and those that wait for it.
 *
 * <p>One at a time, in the order in which they are sent. An endpoint that can't be reached or
 * answers 429 or 5xx is tried again with the same webhook, for about an hour; any other answer that
 * isn't 2xx is tried a few times and then given up, so that a bad one doesn't keep back the others.
 * Stripe and Svix take days and keep no order: here a test should see its webhooks within seconds
 * of the endpoint's return.
 */
final class WebhookEndpoint {

  private static final Logger LOG = System.getLogger(WebhookEndpoint.class.getName());
  private static final int WAITING = 10_000;
  private static final int TRIES_WHEN_AWAY = 1_800;
  private static final int TRIES_WHEN_REFUSED = 5;
  private static final Duration FIRST_WAIT = Duration.ofMillis(100);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private final URI url;
  private final Sender sender;
  private final Clock clock;
  private final HttpClient client;
  private final BlockingQueue<Webhook> waiting = new LinkedBlockingQueue<>(WAITING);
  private final AtomicLong delivered = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private final Thread thread;
  private volatile boolean closed;

  /** A webhook, by its id, with the exact text of its body. */
  private record Webhook(String id, String body) {}

  /** What a sender puts on a webhook, its signature among them. */
  @FunctionalInterface
  interface Sender {
    Map<String, String> headers(String id, String body, Instant at);
  }

  private WebhookEndpoint(URI url, Sender sender, Clock clock, HttpClient client) {
    this.url = url;
    this.sender = sender;
    this.clock = clock;
    this.client = client;
    this.thread = Thread.ofVirtual().name("webhooks").unstarted(this::run);
  }

  static WebhookEndpoint start(URI url, Sender sender, Clock clock, HttpClient client) {
    WebhookEndpoint endpoint = new WebhookEndpoint(url, sender, clock, client);
    endpoint.thread.start();
    return endpoint;
  }

  void send(String id, String body) {
    Webhook webhook = new Webhook(id, body);
    if (!waiting.offer(webhook)) {
      drop(webhook, "too many are waiting");
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
    thread.interrupt();
  }

  private void run() {
    try {
      while (!closed) {
        Webhook webhook = waiting.poll(1, TimeUnit.SECONDS);
        if (webhook != null) {
          deliver(webhook);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void deliver(Webhook webhook) throws InterruptedException {
    Duration wait = FIRST_WAIT;
    int tries = 1;
    while (!closed && attempt(webhook) instanceof Attempt.Failed(String reason, int most)) {
      if (tries == most) {
        drop(webhook, reason);
        return;
      }
      LockSupport.parkNanos(wait.toNanos());
      wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait.multipliedBy(2);
      tries++;
    }
  }

  private Attempt attempt(Webhook webhook) throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .timeout(TIMEOUT)
            .POST(HttpRequest.BodyPublishers.ofString(webhook.body()));
    sender.headers(webhook.id(), webhook.body(), clock.instant()).forEach(request::header);
    try {
      int status =
          client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
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

  private void drop(Webhook webhook, String reason) {
    dropped.incrementAndGet();
    LOG.log(
        Level.WARNING, "Webhook given up: id={0} url={1} reason={2}", webhook.id(), url, reason);
  }

  /** What came of one try. */
  private sealed interface Attempt {

    /** Answered 2xx. */
    record Delivered() implements Attempt {}

    /** Not delivered; {@code most} is how many tries such a failure is worth. */
    record Failed(String reason, int most) implements Attempt {}
  }
}
