package dev.tailrace.standins;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How long the body is with which a daemon answers what it took. */
sealed interface DaemonAnswer {

  /** A few bytes, as a daemon should. */
  record Brief() implements DaemonAnswer {}

  /** So many bytes. */
  record Large(long bytes) implements DaemonAnswer {
    public Large {
      if (bytes < 1) {
        throw new IllegalArgumentException("an answer must have at least 1 byte: " + bytes);
      }
    }
  }

  /** One that goes on until whoever asked goes away, or the stand-in closes. */
  record Endless() implements DaemonAnswer {}

  /**
   * The reply to what was taken.
   *
   * @param closed ends an answer that is still being written
   */
  default Reply taken(CountDownLatch closed) {
    return switch (this) {
      case Brief() -> Reply.Answer.json(200, Json.object().put("ok", true));
      case Large(long bytes) -> new Reply.Live(out -> write(out, bytes, Duration.ZERO, closed));
      case Endless() ->
          new Reply.Live(out -> write(out, Long.MAX_VALUE, Duration.ofMillis(5), closed));
    };
  }

  private static void write(OutputStream out, long bytes, Duration rest, CountDownLatch closed)
      throws IOException, InterruptedException {
    byte[] chunk = " ".repeat(8_192).getBytes(StandardCharsets.US_ASCII);
    long left = bytes;
    while (left > 0 && !closed.await(rest.toNanos(), TimeUnit.NANOSECONDS)) {
      int length = (int) Math.min(left, chunk.length);
      out.write(chunk, 0, length);
      out.flush();
      left -= length;
    }
  }
}
