package dev.tailrace.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** The main process of a PostgreSQL, as {@code postmaster.pid} in its data directory names it. */
record Postmaster(long pid) {

  static Path pidFile(Path cluster) {
    return cluster.resolve("postmaster.pid");
  }

  /**
   * The process that runs on this data directory, if one does.
   *
   * <p>A number in a file left by a crash may belong to anybody by now, so the process must be a
   * postgres that was started with this very directory.
   */
  static Optional<Postmaster> runningOn(Path cluster) throws IOException {
    var file = pidFile(cluster);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    return Files.readAllLines(file).stream()
        .findFirst()
        .map(String::strip)
        .filter(line -> line.matches("\\d{1,18}"))
        .map(line -> new Postmaster(Long.parseLong(line)))
        .filter(postmaster -> postmaster.serves(cluster));
  }

  private boolean serves(Path cluster) {
    return ProcessHandle.of(pid)
        .filter(Postmaster::runs)
        .map(ProcessHandle::info)
        .filter(info -> info.command().filter(command -> command.endsWith("postgres")).isPresent())
        .flatMap(ProcessHandle.Info::arguments)
        .filter(arguments -> Arrays.asList(arguments).contains(cluster.toString()))
        .isPresent();
  }

  /** Kills it and its children as a power cut would: nothing is flushed, nothing is told. */
  void kill() {
    var main = ProcessHandle.of(pid).filter(Postmaster::runs);
    var children = main.stream().flatMap(ProcessHandle::descendants).toList();
    // The parent first: it would take a child's death for a crash and start to recover.
    var all = Stream.concat(main.stream(), children.stream()).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    Waiting.until(
        "the killed processes of PostgreSQL are gone",
        Duration.ofSeconds(30),
        () -> all.stream().noneMatch(Postmaster::runs));
  }

  /** A process that nobody reaped is dead too, but its handle does not know: it has no command. */
  private static boolean runs(ProcessHandle process) {
    return process.isAlive() && process.info().command().isPresent();
  }
}
