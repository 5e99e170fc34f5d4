package dev.tailrace.embedded;

import java.io.Serial;

/** A server could not start because something else listens on its port. */
public final class PortInUseException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final int port;

  public PortInUseException(int port) {
    super("Port " + port + " on 127.0.0.1 is already in use");
    this.port = port;
  }

  public int port() {
    return port;
  }
}
