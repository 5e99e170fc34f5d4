package dev.tailrace.ingest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stands in a file, looked at again while it is used, at most once a second.
 *
 * <p>The text is compared and not the file's time: a mounted secret is changed by turning a link,
 * and two writes can have one time. While the file can't be read, or holds nothing to use, the last
 * good value stays: a slip while a secret is rolled must not refuse a provider's deliveries. That
 * is logged once, until the file is good again, and {@link #isStale} tells it to the metrics.
 */
final class ReloadedFile<T> implements Supplier<T> {

  static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(ReloadedFile.class);

  private final Path file;
  private final Function<String, Parsed<T>> parse;
  private final Clock clock;

  /** Whoever finds it taken uses what is there: nobody waits for a file. */
  private final ReentrantLock looking = new ReentrantLock();

  private volatile Seen<T> seen;

  /** What was good last, when the file was looked at last, and whether it was good then. */
  private record Seen<T>(T value, String text, Instant at, boolean stale) {}

  /**
   * Reads the file for the first time.
   *
   * @throws IllegalStateException when it holds nothing to use
   */
  ReloadedFile(Path file, Function<String, Parsed<T>> parse, Clock clock) {
    this.file = file;
    this.parse = parse;
    this.clock = clock;
    String text = text(file);
    this.seen =
        switch (parse.apply(text)) {
          case Parsed.Usable<T>(T value) -> new Seen<>(value, text, clock.instant(), false);
          case Parsed.Unusable<T>(List<String> problems) ->
              throw new IllegalStateException(file + " " + String.join("; ", problems));
        };
  }

  @Override
  public T get() {
    lookIfDue();
    return seen.value();
  }

  /** Whether the file holds nothing to use now, so that the value is an older one. */
  boolean isStale() {
    lookIfDue();
    return seen.stale();
  }

  /** A clock that was set back makes it due too. */
  private void lookIfDue() {
    Instant now = clock.instant();
    if (Duration.between(seen.at(), now).abs().compareTo(LOOK_AGAIN) < 0 || !looking.tryLock()) {
      return;
    }
    try {
      seen = look(seen, now);
    } finally {
      looking.unlock();
    }
  }

  private Seen<T> look(Seen<T> before, Instant now) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      return stale(before, now, List.of("can't be read"));
    }
    if (text.equals(before.text())) {
      return new Seen<>(before.value(), text, now, false);
    }
    return switch (parse.apply(text)) {
      case Parsed.Usable<T>(T value) -> {
        log.atInfo().addKeyValue("file", file).log("changed, and in use from now on");
        yield new Seen<>(value, text, now, false);
      }
      case Parsed.Unusable<T>(List<String> problems) -> stale(before, now, problems);
    };
  }

  private Seen<T> stale(Seen<T> before, Instant now, List<String> problems) {
    if (!before.stale()) {
      log.atWarn()
          .addKeyValue("file", file)
          .addKeyValue("problems", problems)
          .log("nothing to use in the file; what it held before stays in use");
    }
    return new Seen<>(before.value(), before.text(), now, true);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new IllegalStateException(file + " can't be read", e);
    }
  }
}
