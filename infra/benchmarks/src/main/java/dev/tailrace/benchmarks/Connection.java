package dev.tailrace.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/** One kept-alive HTTP connection that has one request under way at a time. */
final class Connection implements AutoCloseable {

  private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);

  private final SocketChannel channel;
  private final ByteBuffer answer = ByteBuffer.allocate(16 * 1024);
  private ByteBuffer request = ByteBuffer.allocate(0);
  private long since;

  Connection(InetSocketAddress to) throws IOException {
    channel = SocketChannel.open(to);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
  }

  SocketChannel channel() {
    return channel;
  }

  /** When the request under way was due, in nanoseconds. */
  long since() {
    return since;
  }

  /** Begins a request; false when not all of it could be written yet. */
  boolean send(byte[] bytes, long due) throws IOException {
    request = ByteBuffer.wrap(bytes);
    since = due;
    answer.clear();
    return goOn();
  }

  /** Writes what is left of the request; false when there is still some. */
  boolean goOn() throws IOException {
    channel.write(request);
    return !request.hasRemaining();
  }

  /**
   * Reads what has come; the answer's status once all of it is there.
   *
   * @throws IOException when the server has closed the connection
   */
  OptionalInt receive() throws IOException {
    if (channel.read(answer) < 0) {
      throw new IOException("the server closed the connection");
    }
    int head = endOfHead();
    if (head < 0 || answer.position() < head + length(head)) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(number(9, 12));
  }

  private int endOfHead() {
    for (int i = 3; i < answer.position(); i++) {
      if (answer.get(i) == '\n' && answer.get(i - 2) == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  private int length(int head) {
    for (int i = 0; i < head - LENGTH.length; i++) {
      if (isLengthAt(i)) {
        int from = i + LENGTH.length;
        while (answer.get(from) == ' ') {
          from++;
        }
        int to = from;
        while (answer.get(to) >= '0' && answer.get(to) <= '9') {
          to++;
        }
        return number(from, to);
      }
    }
    return 0;
  }

  private boolean isLengthAt(int start) {
    for (int i = 0; i < LENGTH.length; i++) {
      if ((answer.get(start + i) | 0x20) != (LENGTH[i] | 0x20)) {
        return false;
      }
    }
    return true;
  }

  private int number(int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      number = number * 10 + answer.get(i) - '0';
    }
    return number;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
