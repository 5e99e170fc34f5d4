package dev.tailrace.local;

import dev.tailrace.testkit.Await;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** {@code tailrace up} as a process of its own, as a person would run it. */
final class RunningTailrace {

  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final String STOP = "Stop      Ctrl-C";

  private final Process process;
  private final Path data;
  private final Path output;

  private RunningTailrace(Process process, Path data, Path output) {
    this.process = process;
    this.data = data;
    this.output = output;
  }

  /** Eighteen ports in a row that nothing listens on. */
  static int freePortBase() {
    while (true) {
      int base = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try {
        Ports.from(base).requireFree();
        return base;
      } catch (CannotException e) {
        // Taken; another one will be free.
      }
    }
  }

  /** Starts it and waits until it says how to stop it. */
  static RunningTailrace up(Path data, int portBase) throws IOException {
    Path output = Files.createTempFile(data.getParent(), "up", ".txt");
    Process process =
        command("up", "--data", data.toString(), "--port-base", Integer.toString(portBase))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    var running = new RunningTailrace(process, data, output);
    Await.until(
        "tailrace is up",
        START_LIMIT,
        () -> {
          if (!process.isAlive()) {
            throw new IllegalStateException("it ended: " + running.output());
          }
          return running.output().contains(STOP);
        });
    return running;
  }

  /** Runs a command to its end; answers all that it printed, with its exit code in a last line. */
  static String run(String... arguments) throws IOException, InterruptedException {
    Process process = command(arguments).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return output + "exit " + process.waitFor();
  }

  /** The class path that {@code ./tailrace} takes, not that of the tests. */
  private static String classPath() {
    try {
      return "target/classes" + File.pathSeparator + Files.readString(Path.of("target/classpath"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ProcessBuilder command(String... arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx1g",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dstdout.encoding=UTF-8",
            "-Dstderr.encoding=UTF-8",
            "-cp",
            classPath(),
            LocalMain.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }

  String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Whereabouts whereabouts() {
    return Whereabouts.read(data);
  }

  /** Tells it to end, as Ctrl-C does; answers its exit code. */
  int stop() throws InterruptedException {
    process.destroy();
    return process.waitFor();
  }

  /**
   * Ends everything as a power cut would: the JVM with all services and Kafka, and every process of
   * Postgres.
   */
  void kill() throws IOException, InterruptedException {
    Optional<ProcessHandle> postmaster = postmaster();
    process.destroyForcibly();
    List<ProcessHandle> postgres = new ArrayList<>(postmaster.stream().toList());
    postmaster.ifPresent(it -> it.descendants().forEach(postgres::add));
    postgres.forEach(ProcessHandle::destroyForcibly);
    process.waitFor();
  }

  private Optional<ProcessHandle> postmaster() throws IOException {
    Path file = data.resolve("postgres/cluster/postmaster.pid");
    return Files.exists(file)
        ? ProcessHandle.of(Long.parseLong(Files.readAllLines(file).getFirst().strip()))
        : Optional.empty();
  }
}
