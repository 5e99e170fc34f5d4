package dev.tailrace.ingest;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.uri.UriPath;
import io.helidon.http.BadRequestException;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.PathMatchers;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
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

  /** A connection without a request for so long is closed. */
  private static final Duration IDLE = Duration.ofMinutes(1);

  private static final String ELSEWHERE = "other";
  private static final int BUFFER_BYTES = 8 * 1024;

  private final Reception reception;
  private final SlowSenders slowSenders;
  private final MeterRegistry meters;
  private final WebServer server;

  private PublicServer(
      String host,
      int port,
      List<Endpoint> endpoints,
      Reception reception,
      SlowSenders slowSenders,
      MeterRegistry meters) {
    this.reception = reception;
    this.slowSenders = slowSenders;
    this.meters = meters;
    this.server =
        WebServer.builder()
            .host(host)
            .port(port)
            .shutdownHook(false)
            .shutdownGracePeriod(GRACE)
            .idleConnectionTimeout(IDLE)
            .idleConnectionPeriod(IDLE.dividedBy(4))
            .maxPayloadSize(mostBytes(endpoints))
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
      String host,
      int port,
      List<Endpoint> endpoints,
      Reception reception,
      SlowSenders slowSenders,
      MeterRegistry meters) {
    var server = new PublicServer(host, port, endpoints, reception, slowSenders, meters);
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
      String method = endpoint.method().name();
      routing.route(
          Method.create(method),
          endpoint.route(),
          (request, response) -> handle(endpoint, request, response));
      routing.any(
          endpoint.route(),
          (request, response) ->
              send(
                  Answer.problem(405, "this path takes " + method).with("Allow", method),
                  response));
    }
    return routing;
  }

  /**
   * Over this Helidon itself ends the connection. It holds a chunk in memory whole, so this can't
   * be much; and what is over an endpoint's limit by less is still answered in good order.
   */
  private static long mostBytes(List<Endpoint> endpoints) {
    return 2L * endpoints.stream().mapToInt(Endpoint::bodyLimit).max().orElse(0);
  }

  private void handle(Endpoint endpoint, ServerRequest request, ServerResponse response)
      throws Exception {
    send(
        reception.answer(
            endpoint,
            headers(request),
            query(request),
            limit ->
                slowSenders
                    .watch(() -> read(request, response, limit))
                    .orElseThrow(() -> new CloseConnectionException("the body took too long"))),
        response);
  }

  private void timed(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    Timer.Sample sample = Timer.start(meters);
    chain.proceed();
    sample.stop(
        meters.timer(
            "tailrace.ingest.requests",
            "route",
            request.matchingPattern().orElse(ELSEWHERE),
            "status",
            Integer.toString(response.status().code())));
  }

  /**
   * Reads up to the limit. What is over it is thrown away as it comes: a connection that was closed
   * on a sender in the middle of its body would lose the answer that says why.
   */
  private static Optional<Body> read(ServerRequest request, ServerResponse response, int limit) {
    boolean tooLarge = request.headers().contentLength().orElse(0) > limit;
    if (tooLarge && !request.continueSent()) {
      response.header(HeaderValues.CONNECTION_CLOSE);
      return Optional.empty();
    }
    var bytes = new ByteArrayOutputStream();
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      InputStream in = request.content().inputStream();
      for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
        tooLarge |= bytes.size() + read > limit;
        if (!tooLarge) {
          bytes.write(buffer, 0, read);
        }
      }
    } catch (DataReader.InsufficientDataAvailableException
        | DataReader.IncorrectNewLineException
        | NumberFormatException e) {
      // Ended early, or chunks that are none: Helidon would call it an error of ours.
      throw new BadRequestException("the body is badly framed", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return tooLarge ? Optional.empty() : Optional.of(Body.of(bytes.toByteArray()));
  }

  private static Headers headers(ServerRequest request) {
    Map<String, List<String>> headers = new HashMap<>();
    request.headers().forEach(header -> headers.put(header.name(), header.allValues()));
    return new Headers(headers);
  }

  private static Map<String, List<String>> query(ServerRequest request) {
    Map<String, List<String>> query = new HashMap<>();
    for (String name : request.query().names()) {
      query.put(name, request.query().all(name));
    }
    return query;
  }

  private static void send(Answer answer, ServerResponse response) {
    response.status(answer.status());
    if (!answer.contentType().isEmpty()) {
      response.header(HeaderNames.CONTENT_TYPE, answer.contentType());
    }
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
            .filter(endpoint -> isAt(endpoint, path))
            .findFirst()
            .map(Endpoint::tooLarge)
            .orElseGet(() -> Answer.problem(status.code(), status.reasonPhrase()))
        : Answer.problem(status.code(), status.reasonPhrase());
  }

  private static boolean isAt(Endpoint endpoint, String path) {
    return PathMatchers.create(endpoint.route()).match(UriPath.create(path)).accepted();
  }
}
