package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tailrace.ingest.ProviderCalls.Heard;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProviderCallsTest {

  private final CountDownLatch over = new CountDownLatch(1);
  private final ProviderCalls calls = new ProviderCalls();
  private final HttpServer server;

  ProviderCallsTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void start() {
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/said", exchange -> answer(exchange, 200, "{\"a\":1}"));
    server.createContext("/refused", exchange -> answer(exchange, 400, "{\"error\":\"no\"}"));
    server.createContext("/away", exchange -> answer(exchange, 503, "{\"error\":\"no\"}"));
    server.createContext("/busy", exchange -> answer(exchange, 429, "{\"error\":\"no\"}"));
    server.createContext("/page", exchange -> answer(exchange, 200, "<html>"));
    server.createContext("/list", exchange -> answer(exchange, 200, "[]"));
    server.createContext(
        "/huge", exchange -> answer(exchange, 200, " ".repeat(ProviderCalls.MOST_BYTES) + "{}"));
    server.createContext(
        "/elsewhere",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "/said");
          answer(exchange, 302, "");
        });
    server.createContext("/trickle", this::trickle);
    server.start();
  }

  @AfterEach
  void stop() {
    over.countDown();
    calls.close();
    server.stop(0);
  }

  @Test
  void hearsJsonWhateverTheStatus() {
    assertThat(post("/said")).isInstanceOf(Heard.Said.class);
    assertThat(((Heard.Said) post("/refused")).status()).isEqualTo(400);
  }

  @Test
  void takesNothingElseForAnAnswer() {
    assertThat(post("/away")).isEqualTo(new Heard.Nothing("status 503"));
    assertThat(post("/busy")).isEqualTo(new Heard.Nothing("status 429"));
    assertThat(post("/page")).isEqualTo(new Heard.Nothing("status 200, and no JSON"));
    assertThat(post("/list")).isEqualTo(new Heard.Nothing("status 200, and no JSON object"));
  }

  @Test
  void followsNoRedirect() {
    assertThat(post("/elsewhere")).isEqualTo(new Heard.Nothing("status 302"));
  }

  @Test
  void readsNoHugeAnswer() {
    assertThat(post("/huge")).isInstanceOf(Heard.Nothing.class);
  }

  @Test
  void givesUpABodyThatDoesNotEnd() {
    try (var impatient = new ProviderCalls(Duration.ofMillis(300))) {
      assertThat(impatient.post(uri("/trickle"), Map.of()))
          .isEqualTo(new Heard.Nothing("no answer within 300 ms"));
    }
  }

  @Test
  void saysThatNobodyAnswers() {
    server.stop(0);
    assertThat(post("/said")).isEqualTo(new Heard.Nothing("ConnectException"));
  }

  private Heard post(String path) {
    return calls.post(uri(path), Map.of("a", "b c"));
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  /** Headers and the first byte, and then nothing any more. */
  private void trickle(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().write('{');
    exchange.getResponseBody().flush();
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    exchange.close();
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }
}
