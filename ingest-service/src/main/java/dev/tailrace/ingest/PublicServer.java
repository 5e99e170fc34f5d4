package dev.tailrace.ingest;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.socket.SocketOptions;
import io.helidon.http.BadRequestException;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The public HTTP port. Everything of Helidon's stays in this class.
 *
 * <p>A request has a virtual thread of its own from its first byte to its answer, so all that it
 * calls simply blocks. What Helidon refuses by itself (a path that is none, broken framing, a body
 * over every limit) is answered in the same words as what we refuse.
 */
final class PublicServer implements AutoCloseable {

  /** How long a stop waits for the requests that are being worked on. */
  private static final Duration GRACE = Duration.ofSeconds(20);

  /** A sender that is silent for so long is cut off, within a request or between two. */
  private static final Duration SILENCE = Duration.ofSeconds(15);

  private static final String ELSEWHERE = "other";
  private static final int BUFFER_BYTES = 8 * 1024;

  private final Reception reception;
  private final MeterRegistry meters;
  private final Set<String> routes;
  private final WebServer server;

  private PublicServer(
      String host, int port, List<Endpoint> endpoints, Reception reception, MeterRegistry meters) {
    this.reception = reception;
    this.meters = meters;
    this.routes = endpoints.stream().map(Endpoint::route).collect(Collectors.toSet());
    this.server =
        WebServer.builder()
            .host(host)
            .port(port)
            .shutdownHook(false)
            .shutdownGracePeriod(GRACE)
            // Streams of java.net keep a read timeout, channels of java.nio do not.
            .useNio(false)
            .connectionOptions(SocketOptions.builder().readTimeout(SILENCE).build())
            // Helidon holds a chunk in memory whole: so none may be larger than a body.
            .maxPayloadSize(endpoints.stream().mapToInt(Endpoint::bodyLimit).max().orElse(0))
            .directHandlers(problems(endpoints))
            .routing(routing(endpoints))
            .build();
  }

  /**
   * Opens the port.
   *
   * @param port 0 takes a free one
   * @throws IllegalStateException when it can't be had
   */
  static PublicServer open(
      String host, int port, List<Endpoint> endpoints, Reception reception, MeterRegistry meters) {
    var server = new PublicServer(host, port, endpoints, reception, meters);
    server.server.start();
    if (!server.server.isRunning()) {
      throw new IllegalStateException("port " + port + " of " + host + " can't be had; in use?");
    }
    return server;
  }

  int port() {
    return server.port();
  }

  /** Takes no new requests, and waits for those that are being worked on. */
  @Override
  public void close() {
    server.stop();
  }

  private HttpRouting.Builder routing(List<Endpoint> endpoints) {
    HttpRouting.Builder routing = HttpRouting.builder().addFilter(this::timed);
    for (Endpoint endpoint : endpoints) {
      routing.post(endpoint.route(), (request, response) -> handle(endpoint, request, response));
      routing.any(
          endpoint.route(),
          (request, response) ->
              send(Answer.problem(405, "this path is posted to").with("Allow", "POST"), response));
    }
    return routing;
  }

  private void handle(Endpoint endpoint, ServerRequest request, ServerResponse response)
      throws Exception {
    send(
        reception.answer(endpoint, headers(request), limit -> read(request, response, limit)),
        response);
  }

  private void timed(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    Timer.Sample sample = Timer.start(meters);
    chain.proceed();
    String path = request.prologue().uriPath().path();
    sample.stop(
        meters.timer(
            "tailrace.ingest.requests",
            "route",
            routes.contains(path) ? path : ELSEWHERE,
            "status",
            Integer.toString(response.status().code())));
  }

  /** Reads up to the limit; what is over it is left where it is, and the connection ends. */
  private static Optional<Body> read(ServerRequest request, ServerResponse response, int limit) {
    if (request.headers().contentLength().orElse(0) > limit) {
      response.header(HeaderValues.CONNECTION_CLOSE);
      return Optional.empty();
    }
    var bytes = new ByteArrayOutputStream();
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      InputStream in = request.content().inputStream();
      for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
        if (bytes.size() + read > limit) {
          response.header(HeaderValues.CONNECTION_CLOSE);
          return Optional.empty();
        }
        bytes.write(buffer, 0, read);
      }
    } catch (DataReader.InsufficientDataAvailableException e) {
      throw new BadRequestException("the body ended early", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Optional.of(Body.of(bytes.toByteArray()));
  }

  private static Headers headers(ServerRequest request) {
    Map<String, List<String>> headers = new HashMap<>();
    request.headers().forEach(header -> headers.put(header.name(), header.allValues()));
    return new Headers(headers);
  }

  private static void send(Answer answer, ServerResponse response) {
    response.status(answer.status()).header(HeaderNames.CONTENT_TYPE, answer.contentType());
    answer.headers().forEach(response::header);
    response.send(answer.body().getBytes(StandardCharsets.UTF_8));
  }

  /** What Helidon refuses before an endpoint sees it, in our words. */
  private static DirectHandlers problems(List<Endpoint> endpoints) {
    DirectHandler handler =
        (request, event, status, headers, message) ->
            DirectHandler.TransportResponse.builder()
                .status(status)
                .header(HeaderNames.CONTENT_TYPE, Answer.PROBLEM)
                .entity(refused(endpoints, request.path(), status).body())
                .keepAlive(event.keepAlive())
                .build();
    DirectHandlers.Builder handlers = DirectHandlers.builder();
    for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
      handlers.addHandler(type, handler);
    }
    return handlers.build();
  }

  private static Answer refused(List<Endpoint> endpoints, String path, Status status) {
    return status.code() == Status.REQUEST_ENTITY_TOO_LARGE_413_CODE
        ? endpoints.stream()
            .filter(endpoint -> endpoint.route().equals(path))
            .findFirst()
            .map(Endpoint::tooLarge)
            .orElseGet(() -> Answer.problem(status.code(), status.reasonPhrase()))
        : Answer.problem(status.code(), status.reasonPhrase());
  }
}
