package dev.tailrace.contracts.service;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tailrace.contracts.event.Json;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Health and metrics of a service, and what its parts answer beside them, on a port apart from the
 * public one.
 *
 * <p>The JDK's own server: every service has this port, and a framework for four short answers
 * would be one more thing that all of them depend on.
 */
final class AdminServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(AdminServer.class);

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private AdminServer(HttpServer server) {
    this.server = server;
    server.setExecutor(threads);
  }

  static AdminServer start(AdminAddress address, Health health, PrometheusMeterRegistry meters) {
    try {
      var admin =
          new AdminServer(
              HttpServer.create(new InetSocketAddress(address.host(), address.port()), 0));
      admin.answer("/health/live", health::live);
      admin.answer("/health/started", health::hasStarted);
      admin.answer("/health/ready", health::ready);
      admin.server.createContext(
          "/metrics",
          exchange -> send(exchange, 200, "text/plain; version=0.0.4", meters.scrape()));
      admin.server.start();
      return admin;
    } catch (BindException e) {
      throw new IllegalStateException("port " + address.port() + " is in use", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Answers at a path of its own from now on. */
  void page(String path, AdminPage page) {
    server.createContext(
        path,
        exchange -> {
          AdminPage.Answer answer = answer(exchange, path, page);
          send(
              exchange,
              answer.status(),
              "application/json",
              answer.body().toPrettyString() + System.lineSeparator());
        });
  }

  private static AdminPage.Answer answer(HttpExchange exchange, String path, AdminPage page) {
    if (!exchange.getRequestURI().getPath().equals(path)) {
      return refusal(404, "there is nothing here; look at " + path);
    }
    if (!exchange.getRequestMethod().equals("GET")) {
      return refusal(405, "it only answers GET");
    }
    try {
      return page.answer(query(exchange.getRequestURI()));
    } catch (Exception e) {
      log.atError().setCause(e).addKeyValue("path", path).log("a page can't be answered");
      return refusal(500, e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }

  private static AdminPage.Answer refusal(int status, String problem) {
    return new AdminPage.Answer(status, Json.MAPPER.createObjectNode().put("problem", problem));
  }

  /** The server has refused by then what is no URI. */
  private static Map<String, String> query(URI uri) {
    var query = new LinkedHashMap<String, String>();
    for (String each : Objects.requireNonNullElse(uri.getRawQuery(), "").split("&", -1)) {
      if (!each.isEmpty()) {
        int end = each.indexOf('=');
        query.put(
            decoded(end < 0 ? each : each.substring(0, end)),
            end < 0 ? "" : decoded(each.substring(end + 1)));
      }
    }
    return query;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private void answer(String path, Supplier<Health.Answer> question) {
    server.createContext(
        path,
        exchange -> {
          Health.Answer answer = question.get();
          send(exchange, answer.up() ? 200 : 503, "application/json", answer.body());
        });
  }

  private static void send(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    try (exchange) {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
