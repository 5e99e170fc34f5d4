package dev.tailrace.benchmarks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A connection to a daemon, over which posts come one after another, each with its length. It reads
 * no more of HTTP than that.
 */
final class DaemonConnection {

  private static final String HEAD_ENDS = "\r\n\r\n";
  private static final String LENGTH = "\r\ncontent-length:";
  private static final int LARGEST = 64 << 10;
  private static final byte[] TAKEN =
      """
      HTTP/1.1 200 OK\r
      Content-Type: application/json\r
      Content-Length: 11\r
      \r
      {"ok":true}"""
          .getBytes(US_ASCII);

  /** What a post says of its event: which it is, and when it was appended. */
  record Posted(long number, Instant appended) {

    /** Reads what {@link ForwardingRecords} has written. */
    static Posted read(String body) {
      long micros = number(body, ForwardingRecords.APPENDED);
      return new Posted(
          number(body, ForwardingRecords.NUMBER), Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
    }

    private static long number(String body, String field) {
      String name = "\"" + field + "\":";
      int found = body.indexOf(name);
      if (found < 0) {
        throw new IllegalStateException("a post without " + field);
      }
      int begin = found + name.length();
      int end = begin;
      while (end < body.length() && Character.isDigit(body.charAt(end))) {
        end++;
      }
      return Long.parseLong(body.substring(begin, end));
    }
  }

  private final SocketChannel channel;
  private final int machine;
  private final ByteBuffer in = ByteBuffer.allocate(LARGEST);

  DaemonConnection(SocketChannel channel, int machine) {
    this.channel = channel;
    this.machine = machine;
  }

  int machine() {
    return machine;
  }

  /**
   * The posts that are whole by now.
   *
   * @throws EOFException when the other side has closed
   */
  List<Posted> read() throws IOException {
    if (channel.read(in) < 0) {
      throw new EOFException("closed by whoever posts");
    }
    var posts = new ArrayList<Posted>(1);
    for (int length = whole(); length > 0; length = whole()) {
      String post = text(length);
      posts.add(Posted.read(post.substring(post.indexOf(HEAD_ENDS))));
      in.flip().position(length);
      in.compact();
    }
    return posts;
  }

  /** Answers the post that has waited longest; one that nobody waits for any more is let go. */
  void answer() {
    try {
      ByteBuffer answer = ByteBuffer.wrap(TAKEN);
      while (answer.hasRemaining() && channel.isOpen()) {
        channel.write(answer);
      }
    } catch (IOException e) {
      // Whoever posted it will post it again, and is counted then no more than once.
    }
  }

  /** How long the first post is, with its head; zero while it is not whole. */
  private int whole() throws IOException {
    String text = text(in.position());
    int head = text.indexOf(HEAD_ENDS);
    if (head < 0) {
      return 0;
    }
    int field = text.substring(0, head).toLowerCase(Locale.ROOT).indexOf(LENGTH);
    if (field < 0) {
      throw new IOException("a post without its length");
    }
    int begin = field + LENGTH.length();
    int end = text.indexOf("\r\n", begin);
    int all = head + HEAD_ENDS.length() + Integer.parseInt(text.substring(begin, end).strip());
    if (all > LARGEST) {
      throw new IOException("a post of " + all + " bytes");
    }
    return in.position() >= all ? all : 0;
  }

  private String text(int length) {
    return new String(in.array(), 0, length, ISO_8859_1);
  }
}
