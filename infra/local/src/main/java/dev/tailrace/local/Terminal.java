package dev.tailrace.local;

import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a person sees: a line for each step while it goes on, with its time when it is done. */
final class Terminal {

  private static final Logger log = LoggerFactory.getLogger(Terminal.class);

  private static final int NAME_WIDTH = 26;

  private final PrintStream out;
  private final boolean live;

  /**
   * @param live whether a person watches, to whom a step is shown while it goes on
   */
  Terminal(PrintStream out, boolean live) {
    this.out = out;
    this.live = live;
  }

  /** The terminal that the process was started from, or the file that stands for it. */
  static Terminal ofProcess() {
    return new Terminal(
        System.out, Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false));
  }

  /** A part that was started, and what there is to say of it. */
  record Started<T>(T part, String name, String where) {}

  /** Runs a step and prints its line: the name while it runs, then its time and where it is. */
  <T> T step(String name, Callable<Started<T>> step) {
    if (live) {
      out.print("  " + name + " …");
      out.flush();
    }
    long begin = System.nanoTime();
    try {
      Started<T> started = step.call();
      Duration took = Duration.ofNanos(System.nanoTime() - begin);
      String head = "  " + padded(started.name()) + " ✓ " + padded(seconds(took), 8);
      out.println((live ? "\r" : "") + head + started.where());
      return started.part();
    } catch (CannotException e) {
      endLine();
      throw e;
    } catch (Exception e) {
      endLine();
      log.atError().setCause(e).addKeyValue("part", name).log("did not start");
      throw new CannotException(
          name
              + " did not start: "
              + reason(e)
              + "\n  More is in tailrace.log, in the data directory.",
          e);
    }
  }

  void line(String text) {
    out.println(text);
  }

  static String millis(long nanos) {
    return "%6d ms".formatted(nanos / 1_000_000);
  }

  static String padded(String text) {
    return padded(text, NAME_WIDTH);
  }

  static String padded(String text, int width) {
    return text.length() >= width ? text : text + " ".repeat(width - text.length());
  }

  private void endLine() {
    if (live) {
      out.println();
    }
  }

  private static String seconds(Duration took) {
    return "%.1f s".formatted(took.toMillis() / 1_000.0);
  }

  private static String reason(Throwable e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
