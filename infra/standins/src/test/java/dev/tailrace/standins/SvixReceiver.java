package dev.tailrace.standins;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An endpoint that takes webhooks of Svix and holds their signatures against its secret. */
final class SvixReceiver implements AutoCloseable {

  static final String SECRET =
      "whsec_"
          + Base64.getEncoder()
              .encodeToString("0123456789abcdef01234567".getBytes(StandardCharsets.US_ASCII));

  private final HttpServer server;
  private final List<Delivery> deliveries = new CopyOnWriteArrayList<>();
  private volatile int status = 200;

  /** A webhook that was answered 200. */
  record Delivery(String id, Instant at, String signature, String body) {

    ObjectNode json() {
      return Json.readObject(body).orElseThrow();
    }

    void assertSigned() {
      assertThat(signature).isEqualTo(SvixSignature.header(SECRET, id, at, body));
    }
  }

  SvixReceiver() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::receive);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/webhooks");
  }

  void answer(int with) {
    status = with;
  }

  List<Delivery> deliveries() {
    return List.copyOf(deliveries);
  }

  List<String> all(String field) {
    return deliveries.stream().map(delivery -> delivery.json().path(field).asText()).toList();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void receive(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    int answer = status;
    if (answer == 200) {
      deliveries.add(
          new Delivery(
              exchange.getRequestHeaders().getFirst("svix-id"),
              Instant.ofEpochSecond(
                  Long.parseLong(exchange.getRequestHeaders().getFirst("svix-timestamp"))),
              exchange.getRequestHeaders().getFirst("svix-signature"),
              body));
    }
    exchange.sendResponseHeaders(answer, -1);
    exchange.close();
  }
}
