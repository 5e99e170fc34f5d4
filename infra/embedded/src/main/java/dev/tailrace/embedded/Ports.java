package dev.tailrace.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Loopback ports: which are free, and a free one for whoever asked for port 0. */
final class Ports {
  private Ports() {}

  /** The port itself when nothing listens on it, or any free one for 0. */
  static int claim(int port) {
    if (port == 0) {
      return anyFree();
    }
    if (!isFree(port)) {
      throw new PortInUseException(port);
    }
    return port;
  }

  static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      // Connections that linger from the last server on this port must not count.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
      return true;
    } catch (IOException inUse) {
      return false;
    }
  }

  private static int anyFree() {
    try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("No free port on 127.0.0.1", e);
    }
  }
}
