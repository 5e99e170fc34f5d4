package dev.tailrace.standins;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Someone who watches over server-sent events, with a bounded queue: whoever reads too slowly is
 * told so and cut off, instead of slowing the others or filling the memory.
 */
final class Subscriber implements Reply.Feed {

  private static final int WAITING = 10_000;
  private static final int HEARTBEAT_SECONDS = 10;

  private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(WAITING);
  private final Runnable onGone;
  private volatile boolean overrun;

  Subscriber(Runnable onGone) {
    this.onGone = onGone;
  }

  /** Hands over one line of data; never waits. */
  void offer(String data) {
    if (!waiting.offer(data)) {
      overrun = true;
    }
  }

  @Override
  public void writeTo(OutputStream out) throws IOException, InterruptedException {
    try {
      write(out, ": watching\n\n");
      while (!overrun) {
        String data = waiting.poll(HEARTBEAT_SECONDS, TimeUnit.SECONDS);
        write(out, data == null ? ": still here\n\n" : "data: " + data + "\n\n");
      }
      write(out, "event: overrun\ndata: too slow, messages were lost\n\n");
    } finally {
      onGone.run();
    }
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
