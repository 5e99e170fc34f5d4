package dev.tailrace.local;

import dev.tailrace.contracts.sealing.SealingKeys;
import dev.tailrace.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The files of one pipeline, held by one process at a time. */
final class DataDirectory implements AutoCloseable {

  private static final String LOCK = "lock";

  private final Path path;
  private final FileChannel channel;

  private DataDirectory(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Takes the directory, making it when there is none.
   *
   * @throws CannotException when another process has it
   */
  static DataDirectory take(Path path) {
    try {
      Files.createDirectories(path);
      FileChannel channel =
          FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
        throw running(path);
      }
      return new DataDirectory(path, channel);
    } catch (IOException e) {
      throw new CannotException("the data directory can't be used: " + e, e);
    }
  }

  private static CannotException running(Path path) {
    String who;
    try {
      Whereabouts running = Whereabouts.read(path);
      who = " (pid " + running.pid() + ", webhooks at " + running.ingestUrl() + ")";
    } catch (CannotException e) {
      who = "";
    }
    return new CannotException(
        "Tailrace is running already on %s%s.%n  Stop it with Ctrl-C in its terminal, or run a second one beside it: ./tailrace up --data other --port-base 9000"
            .formatted(path, who));
  }

  Path postgres() {
    return path.resolve("postgres");
  }

  Path kafka() {
    return path.resolve("kafka");
  }

  Path streams() {
    return path.resolve("streams");
  }

  /** What tokens are sealed with here, made when there are none: they outlive the run. */
  Path sealingKeys() {
    Path file = path.resolve("sealing-keys.json");
    try {
      if (Files.notExists(file)) {
        Files.writeString(file, SealingKeys.fresh());
      }
      return file;
    } catch (IOException e) {
      throw new CannotException("the data directory can't be written to: " + e, e);
    }
  }

  Path path() {
    return path;
  }

  /** Ends what a killed run left running here, so that its ports are free again. */
  void endOrphans() {
    EmbeddedPostgres.stopOrphan(postgres());
  }

  /** Deletes everything that earlier runs left. */
  void empty() {
    for (Path folder : List.of(postgres(), kafka(), streams())) {
      delete(folder);
    }
  }

  private static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("can't empty " + folder, e);
    }
  }

  @Override
  public void close() throws IOException {
    Whereabouts.erase(path);
    channel.close();
  }
}
