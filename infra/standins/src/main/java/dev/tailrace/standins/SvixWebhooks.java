package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The webhooks of a provider that sends through Svix: which endpoints get them, and what goes wrong
 * on the way.
 *
 * <p>A webhook meets the switches in this order: it is lost, or sent once or twice, or held. Each
 * endpoint gets what is sent one at a time and in order, on its own virtual thread, so that one
 * that is down delays no other.
 */
public final class SvixWebhooks {

  private static final int KEPT = 10_000;

  private final Clock clock;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final List<WebhookEndpoint> endpoints = new CopyOnWriteArrayList<>();
  private final Map<String, SvixMessage> newest = new LinkedHashMap<>();
  private final List<SvixMessage> held = new ArrayList<>();
  private boolean holding;
  private int toLose;
  private int toRepeat;

  SvixWebhooks(Clock clock) {
    this.clock = clock;
  }

  /**
   * Sends each webhook from now on to an endpoint, signed with its secret, {@code whsec_<base64>}.
   *
   * @throws IllegalArgumentException when the secret is not that
   */
  public void register(URI url, String secret) {
    String checked = SvixSignature.requireSecret(secret);
    endpoints.add(
        WebhookEndpoint.start(
            url, (id, body, at) -> headers(checked, id, body, at), clock, client));
  }

  private static Map<String, String> headers(String secret, String id, String body, Instant at) {
    return Map.of(
        "Content-Type",
        "application/json",
        "User-Agent",
        "Svix-Webhooks/1.24 (sender-9YMgn; +https://www.svix.com/http-sender/)",
        "svix-id",
        id,
        "svix-timestamp",
        Long.toString(at.getEpochSecond()),
        "svix-signature",
        SvixSignature.header(secret, id, at, body));
  }

  /** Loses the next {@code count} webhooks: no endpoint ever gets them. */
  public synchronized void lose(int count) {
    toLose = requireAtLeastOne(count);
  }

  /** Delivers each of the next {@code count} webhooks twice. */
  public synchronized void repeat(int count) {
    toRepeat = requireAtLeastOne(count);
  }

  /** Keeps webhooks back from now on, until one of the releases. */
  public synchronized void hold() {
    holding = true;
  }

  /** How many are kept back. */
  public synchronized int held() {
    return held.size();
  }

  /** Sends what was kept back, in the order in which it happened, and holds nothing any more. */
  public synchronized void release() {
    holding = false;
    held.forEach(this::dispatch);
    held.clear();
  }

  /** Like {@link #release}, the newest first. */
  public synchronized void releaseReversed() {
    Collections.reverse(held);
    release();
  }

  /** Like {@link #release}, in an order that the seed decides. */
  public synchronized void releaseShuffled(long seed) {
    Collections.shuffle(held, new Random(seed));
    release();
  }

  /** Sends a webhook again, {@code times} times, with its id; whatever is lost or held now. */
  public synchronized void send(SvixMessage message, int times) {
    for (int i = 0; i < times; i++) {
      dispatch(message);
    }
  }

  /** The newest ten thousand, the oldest first; those that were lost or are held among them. */
  public synchronized List<SvixMessage> messages() {
    return List.copyOf(newest.values());
  }

  synchronized void tell(String type, ObjectNode body) {
    SvixMessage message =
        new SvixMessage(
            "msg_" + UUID.randomUUID().toString().replace("-", ""), type, Json.write(body));
    newest.put(message.id(), message);
    if (newest.size() > KEPT) {
      newest.remove(newest.keySet().iterator().next());
    }
    if (toLose > 0) {
      toLose--;
      return;
    }
    pass(message);
    if (toRepeat > 0) {
      toRepeat--;
      pass(message);
    }
  }

  synchronized Optional<SvixMessage> find(String id) {
    return Optional.ofNullable(newest.get(id));
  }

  synchronized ObjectNode json() {
    ArrayNode list = Json.array();
    endpoints.forEach(endpoint -> list.add(endpoint.json()));
    ObjectNode json = Json.object().put("held", held.size()).set("webhooks", list);
    ArrayNode messages = json.putArray("messages");
    newest
        .values()
        .forEach(
            message -> messages.addObject().put("id", message.id()).put("type", message.type()));
    return json;
  }

  void close() {
    endpoints.forEach(WebhookEndpoint::close);
    client.shutdownNow();
  }

  private void pass(SvixMessage message) {
    if (holding) {
      held.add(message);
    } else {
      dispatch(message);
    }
  }

  private void dispatch(SvixMessage message) {
    endpoints.forEach(endpoint -> endpoint.send(message.id(), message.json()));
  }

  private static int requireAtLeastOne(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("count must be at least 1: " + count);
    }
    return count;
  }
}
