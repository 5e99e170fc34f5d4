package dev.tailrace.consumers.forwarding;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A server of a few lines that does what no server should. */
final class SmallServer implements AutoCloseable {

  /** What is done with a request that was read; false ends its connection. */
  @FunctionalInterface
  interface Manner {
    boolean answer(OutputStream out) throws IOException, InterruptedException;
  }

  private final ServerSocket server;
  private final Manner manner;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  private SmallServer(ServerSocket server, Manner manner) {
    this.server = server;
    this.manner = manner;
    var _ = Thread.ofVirtual().start(this::accept);
  }

  static SmallServer at(String address, Manner manner) throws IOException {
    return new SmallServer(new ServerSocket(0, 50, InetAddress.ofLiteral(address)), manner);
  }

  static SmallServer on(ServerSocket server, Manner manner) {
    return new SmallServer(server, manner);
  }

  /** Answers with this text, word for word. */
  static Manner saying(String text) {
    return out -> {
      out.write(text.getBytes(ISO_8859_1));
      out.flush();
      return true;
    };
  }

  /** A whole answer without more than a status. */
  static String status(int status, String... headers) {
    return "HTTP/1.1 %d It\r\nContent-Length: 0\r\n%s\r\n"
        .formatted(
            status, List.of(headers).stream().map(it -> it + "\r\n").reduce("", String::concat));
  }

  int port() {
    return server.getLocalPort();
  }

  /** The heads of the requests so far. */
  List<String> requests() {
    return requests;
  }

  /** How many connections there were. */
  int connections() {
    return sockets.size();
  }

  /** Whether the other side has ended all of them. */
  boolean isLeftAlone() {
    return sockets.stream().allMatch(Socket::isClosed);
  }

  /** Waits until the server closes: one that never answers. */
  boolean awaitClose() throws InterruptedException {
    closed.await();
    return false;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        sockets.add(socket);
        var _ = Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = socket.getInputStream();
      boolean goesOn = true;
      while (goesOn && isRead(in)) {
        goesOn = manner.answer(socket.getOutputStream());
      }
    } catch (IOException e) {
      // The other side has gone away.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isRead(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return false;
      }
      head.append((char) next);
    }
    requests.add(head.toString());
    int length =
        head.toString()
            .lines()
            .filter(line -> line.regionMatches(true, 0, "Content-Length:", 0, 15))
            .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
            .sum();
    return in.readNBytes(length).length == length;
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
