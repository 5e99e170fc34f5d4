package dev.tailrace.standins;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The platform as a daemon knows it: it takes its word that it is ready, or does not. */
final class ReportReceiver implements AutoCloseable {

  private final HttpServer server;
  private final List<Report> reports = new CopyOnWriteArrayList<>();
  private volatile int status = 200;

  /** What one daemon said, whatever it was answered. */
  record Report(String path, String authorization, ObjectNode json) {}

  ReportReceiver() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::receive);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  void answer(int with) {
    status = with;
  }

  List<Report> reports() {
    return List.copyOf(reports);
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void receive(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    reports.add(
        new Report(
            exchange.getRequestURI().getPath(),
            exchange.getRequestHeaders().getFirst("Authorization"),
            Json.readObject(body).orElseThrow()));
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }
}
