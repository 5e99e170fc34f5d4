package dev.tailrace.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The daemons of many machines, each at a port of its own, all in one thread: one that is well
 * answers after a while, one that is dead never does.
 *
 * <p>Whoever calls must be what limits, so that an answer that is due costs no thread: all take
 * equally long, and are due in the order in which they were asked for. What was delivered is
 * counted here, each event once, and so for every caller alike.
 */
final class DaemonServer implements AutoCloseable {

  private static final int BACKLOG = 64;

  /**
   * What is measured at the moment.
   *
   * @param seen the numbers of the events that were delivered; used in the server's thread alone
   */
  private record Shift(EffectLoad load, Tally tally, Set<Long> seen) {}

  /** An answer, and when it is due as {@link System#nanoTime} tells it. */
  private record Due(
      long nanos, Shift shift, DaemonConnection to, DaemonConnection.Posted posted) {}

  private final Clock clock;
  private final Selector selector;
  private final List<ServerSocketChannel> doors = new ArrayList<>();
  private final Deque<Due> due = new ArrayDeque<>();
  private final Thread thread = Thread.ofPlatform().name("daemons").unstarted(this::run);
  private volatile Shift shift;
  private volatile boolean closed;

  private DaemonServer(int machines, Clock clock) throws IOException {
    this.clock = clock;
    this.selector = Selector.open();
    this.shift = shift(new EffectLoad(Duration.ZERO, machines, 0));
    for (int i = 0; i < machines; i++) {
      ServerSocketChannel door = ServerSocketChannel.open();
      doors.add(door);
      door.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), BACKLOG);
      door.configureBlocking(false);
      door.register(selector, SelectionKey.OP_ACCEPT, i);
    }
  }

  /** Opens the daemons of so many machines. */
  static DaemonServer open(int machines, Clock clock) throws IOException {
    var server = new DaemonServer(machines, clock);
    server.thread.start();
    return server;
  }

  /** Where the daemon of this machine is. */
  URI url(int machine) {
    return URI.create("http://127.0.0.1:" + doors.get(machine).socket().getLocalPort());
  }

  /** Serves as this load says from now on; what is answered counts from zero. */
  Tally serve(EffectLoad load) {
    Shift next = shift(load);
    shift = next;
    return next.tally;
  }

  private Shift shift(EffectLoad load) {
    return new Shift(load, new Tally(clock), new HashSet<>());
  }

  private void run() {
    try {
      while (!closed) {
        selector.select(this::attend, untilNext());
        answerDue();
      }
    } catch (IOException e) {
      throw new IllegalStateException("the daemons can't go on", e);
    }
  }

  /** Milliseconds, at least one, as zero would be for ever. */
  private long untilNext() {
    Due next = due.peekFirst();
    return next == null ? 1_000 : Math.max(1, (next.nanos - System.nanoTime()) / 1_000_000);
  }

  private void attend(SelectionKey key) {
    try {
      switch (key.attachment()) {
        case Integer machine -> accept((ServerSocketChannel) key.channel(), machine);
        case DaemonConnection connection -> {
          for (DaemonConnection.Posted posted : connection.read()) {
            take(connection, posted);
          }
        }
        case Object other -> throw new IllegalStateException("BUG: attached is " + other);
      }
    } catch (IOException e) {
      close(key);
    }
  }

  private void accept(ServerSocketChannel door, int machine) throws IOException {
    SocketChannel channel = door.accept();
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ, new DaemonConnection(channel, machine));
  }

  private void take(DaemonConnection connection, DaemonConnection.Posted posted) {
    Shift now = shift;
    now.tally.begun(posted.number());
    if (!now.load.isDead(connection.machine())) {
      long at = System.nanoTime() + now.load.call().toNanos();
      due.addLast(new Due(at, now, connection, posted));
    }
  }

  private void answerDue() {
    long now = System.nanoTime();
    for (Due next = due.peekFirst();
        next != null && next.nanos - now <= 0;
        next = due.peekFirst()) {
      due.removeFirst();
      next.to.answer();
      if (next.shift.seen.add(next.posted.number())) {
        next.shift.tally.completed(next.posted.number(), next.posted.appended());
      }
    }
  }

  private static void close(SelectionKey key) {
    key.cancel();
    try {
      key.channel().close();
    } catch (IOException e) {
      // It is gone, which is what was wanted.
    }
  }

  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      thread.join();
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    } catch (IOException e) {
      throw new IllegalStateException("the daemons did not close", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
