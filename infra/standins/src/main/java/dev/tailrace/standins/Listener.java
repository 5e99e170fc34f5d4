package dev.tailrace.standins;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/**
 * The HTTP server of a stand-in, on the loopback address, which can be shut and opened again on one
 * port.
 *
 * <p>While it is shut a socket that doesn't listen stays bound to the port: connections are
 * refused, and no other program is given the port.
 */
final class Listener implements Door {

  private static final Duration GRACE = Duration.ofMillis(300);

  private final long largestBodyBytes;
  private final Handler handler;
  private State state;

  private Listener(int port, long largestBodyBytes, Handler handler) {
    this.largestBodyBytes = largestBodyBytes;
    this.handler = handler;
    this.state = new Open(serve(port));
  }

  /** Listens on a port, 0 for a free one; a body with more bytes is a 413 that no handler sees. */
  static Listener on(int port, long largestBodyBytes, Handler handler) {
    return new Listener(port, largestBodyBytes, handler);
  }

  synchronized int port() {
    return switch (state) {
      case Open(WebServer server) -> server.port();
      case Shut(Socket reserved) -> reserved.getLocalPort();
      case Closed(int port) -> port;
    };
  }

  @Override
  public synchronized void open() {
    if (state instanceof Shut(Socket reserved)) {
      int port = reserved.getLocalPort();
      release(reserved);
      state = new Open(serve(port));
    }
  }

  @Override
  public synchronized void shut() {
    if (state instanceof Open(WebServer server)) {
      int port = server.port();
      server.stop();
      state = new Shut(reserve(port));
    }
  }

  synchronized void close() {
    int port = port();
    switch (state) {
      case Open(WebServer server) -> server.stop();
      case Shut(Socket reserved) -> release(reserved);
      case Closed closed -> {}
    }
    state = new Closed(port);
  }

  private WebServer serve(int port) {
    return WebServer.builder()
        .address(InetAddress.getLoopbackAddress())
        .port(port)
        .shutdownHook(false)
        .shutdownGracePeriod(GRACE)
        .maxPayloadSize(largestBodyBytes)
        .addProtocol(asReceived())
        .routing(HttpRouting.builder().any(handler))
        .build()
        .start();
  }

  /** Stripe's SDK puts plain square brackets into a query, which no RFC allows and Stripe takes. */
  private static Http1Config asReceived() {
    return Http1Config.builder().validatePrologue(false).build();
  }

  private static Socket reserve(int port) {
    try {
      Socket socket = new Socket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException("The port of a stand-in that went down was taken at once", e);
    }
  }

  private static void release(Socket reserved) {
    try {
      reserved.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private sealed interface State {}

  private record Open(WebServer server) implements State {}

  private record Shut(Socket reserved) implements State {}

  private record Closed(int port) implements State {}
}
