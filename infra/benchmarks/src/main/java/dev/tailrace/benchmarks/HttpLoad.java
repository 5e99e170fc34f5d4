package dev.tailrace.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalInt;
import org.HdrHistogram.Histogram;

/**
 * Load on an HTTP server over a number of connections, from one thread, so that it takes little of
 * the machine that is measured.
 *
 * <p>Either as fast as answers come, or at a fixed rate. At a fixed rate a request's time runs from
 * when it was due, whether or not a connection was free: a server that stalls is not excused from
 * what would have come meanwhile.
 */
final class HttpLoad implements AutoCloseable {

  /** What came of it; latencies in microseconds. */
  record Outcome(long answered, long refused, Duration took, Histogram latencies) {

    double perSecond() {
      return answered * 1e9 / took.toNanos();
    }

    double millis(double percentile) {
      return latencies.getValueAtPercentile(percentile) / 1000.0;
    }
  }

  private static final long HIGHEST_MICROS = 60_000_000;

  private final Selector selector;
  private final SignedEvents requests;
  private final Deque<SelectionKey> free = new ArrayDeque<>();
  private int underWay;

  HttpLoad(int port, int connections, SignedEvents requests) throws IOException {
    this.requests = requests;
    this.selector = Selector.open();
    for (int i = 0; i < connections; i++) {
      var connection =
          new Connection(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
      free.add(connection.channel().register(selector, 0, connection));
    }
  }

  /** As many as the server answers, for so long. */
  Outcome asFastAsItGoes(Duration time) throws IOException {
    return run(time, Double.POSITIVE_INFINITY);
  }

  /** So many a second, for so long. */
  Outcome at(double perSecond, Duration time) throws IOException {
    return run(time, perSecond);
  }

  private Outcome run(Duration time, double perSecond) throws IOException {
    var latencies = new Histogram(HIGHEST_MICROS, 3);
    var pace = new Pace(System.nanoTime(), perSecond);
    long end = pace.begin() + time.toNanos();
    long answered = 0;
    long refused = 0;
    long sent = 0;
    while (true) {
      long now = System.nanoTime();
      long due = pace.due(sent);
      while (now < end && due <= now && !free.isEmpty()) {
        send(free.pop(), Double.isInfinite(perSecond) ? now : due);
        sent++;
        due = pace.due(sent);
      }
      if (now >= end && underWay == 0) {
        break;
      }
      select(now, due, end);
      for (SelectionKey key : selector.selectedKeys()) {
        OptionalInt status = advance(key);
        if (status.isPresent()) {
          long micros = (System.nanoTime() - connection(key).since()) / 1000;
          latencies.recordValue(Math.clamp(micros, 1, HIGHEST_MICROS));
          if (status.getAsInt() == 200) {
            answered++;
          } else {
            refused++;
          }
        }
      }
      selector.selectedKeys().clear();
    }
    return new Outcome(
        answered, refused, Duration.ofNanos(System.nanoTime() - pace.begin()), latencies);
  }

  /** Waits for an answer, but no longer than until the next request is due. */
  private void select(long now, long due, long end) throws IOException {
    long nanos = due > now ? Math.min(due, end) - now : 1_000_000;
    if (nanos < 1_000_000 && !free.isEmpty()) {
      selector.selectNow();
    } else {
      selector.select(Math.max(1, nanos / 1_000_000));
    }
  }

  private void send(SelectionKey key, long due) throws IOException {
    underWay++;
    boolean written = connection(key).send(requests.next(), due);
    key.interestOps(written ? SelectionKey.OP_READ : SelectionKey.OP_WRITE);
  }

  private OptionalInt advance(SelectionKey key) throws IOException {
    if (key.isWritable()) {
      if (connection(key).goOn()) {
        key.interestOps(SelectionKey.OP_READ);
      }
      return OptionalInt.empty();
    }
    OptionalInt status = connection(key).receive();
    if (status.isPresent()) {
      key.interestOps(0);
      free.add(key);
      underWay--;
    }
    return status;
  }

  private static Connection connection(SelectionKey key) {
    return (Connection) key.attachment();
  }

  @Override
  public void close() throws IOException {
    for (SelectionKey key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }
}
