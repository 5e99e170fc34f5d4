package dev.tailrace.contracts.service;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Health and metrics of a service, on a port apart from the public one.
 *
 * <p>The JDK's own server: every service has this port, and a framework for four short answers
 * would be one more thing that all of them depend on.
 */
final class AdminServer implements AutoCloseable {

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
