package dev.tailrace.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A loopback address that stands before a server, and behaves as a network does on a bad day: it
 * goes silent without closing anything, forgets its connections, or leads to another server.
 */
public final class TcpProxy implements AutoCloseable {

  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final int BYTES = 64 << 10;

  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Set<Socket> forgotten = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile int target;
  private volatile CountDownLatch speaking = new CountDownLatch(0);

  private TcpProxy(ServerSocket server, int target) {
    this.server = server;
    this.target = target;
  }

  /** Stands before what listens on a loopback port. */
  public static TcpProxy before(int port) throws IOException {
    var proxy = new TcpProxy(new ServerSocket(0, 50, LOOPBACK), port);
    var _ = proxy.threads.submit(proxy::accept);
    return proxy;
  }

  /** Where it is reached, on 127.0.0.1. */
  public int port() {
    return server.getLocalPort();
  }

  /**
   * Nothing passes any more, in either direction; nobody is told, and new connections are taken.
   */
  public void goSilent() {
    speaking = new CountDownLatch(1);
  }

  /** All that waited passes, and what comes. */
  public void speakAgain() {
    speaking.countDown();
  }

  /**
   * Of the connections that there are nothing passes any more, ever, and neither end is told that
   * the other has closed; new ones are as they were.
   */
  public void forget() {
    forgotten.addAll(open);
  }

  /** Connections break, and new ones lead to what listens on that port. */
  public void leadTo(int port) {
    target = port;
    open.forEach(TcpProxy::quietlyClose);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        open.add(client);
        var _ = threads.submit(() -> connect(client));
      } catch (IOException e) {
        if (!server.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void connect(Socket client) {
    var upstream = new Socket();
    open.add(upstream);
    try {
      speaking.await();
      client.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
      upstream.connect(new InetSocketAddress(LOOPBACK, target));
      var _ = threads.submit(() -> carry(upstream, client));
      carry(client, upstream);
    } catch (IOException | InterruptedException e) {
      end(client, upstream);
    }
  }

  /** Ends both when either has ended, but not while silent: that would be heard. */
  private void carry(Socket from, Socket to) {
    byte[] bytes = new byte[BYTES];
    try {
      for (int read = 0; read >= 0; read = from.getInputStream().read(bytes)) {
        speaking.await();
        if (!forgotten.contains(from)) {
          to.getOutputStream().write(bytes, 0, read);
        }
      }
      speaking.await();
    } catch (IOException | InterruptedException e) {
      awaitSpeaking();
    }
    if (forgotten.contains(from)) {
      quietlyClose(from);
    } else {
      end(from, to);
    }
  }

  private void awaitSpeaking() {
    try {
      speaking.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void end(Socket one, Socket other) {
    quietlyClose(one);
    quietlyClose(other);
    open.remove(one);
    open.remove(other);
  }

  private static void quietlyClose(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no use any more, which is all that was wanted.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    open.forEach(TcpProxy::quietlyClose);
    speakAgain();
    threads.shutdownNow();
  }
}
