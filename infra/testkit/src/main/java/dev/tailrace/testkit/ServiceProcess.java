package dev.tailrace.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * A service as a process of its own, on this process's class path; it can be killed without its
 * knowing.
 */
public final class ServiceProcess implements AutoCloseable {

  private static final long LIMIT_NANOS = 60_000_000_000L;
  private static final long LOOK_AGAIN_NANOS = 20_000_000L;

  /**
   * What runs.
   *
   * @param main the class
   * @param arguments what it is called with
   * @param classPath where its classes are
   */
  public record Program(String main, List<String> arguments, String classPath) {

    public Program {
      arguments = List.copyOf(arguments);
    }

    /** A class of this process's own class path. */
    public static Program of(Class<?> main, String... arguments) {
      return new Program(main.getName(), List.of(arguments), System.getProperty("java.class.path"));
    }
  }

  private final Process process;
  private final Path output;

  private ServiceProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /**
   * Starts it.
   *
   * @param main the class that runs
   * @param jvm options of its JVM, beside those that every service has
   * @param environment all that it reads of its environment
   * @param output the file that gets what it prints
   */
  public static ServiceProcess start(
      Class<?> main, List<String> jvm, Map<String, String> environment, Path output)
      throws IOException {
    return start(Program.of(main), jvm, environment, output);
  }

  /** Starts a program in the same way. */
  public static ServiceProcess start(
      Program program, List<String> jvm, Map<String, String> environment, Path output)
      throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx1g",
            "-XX:+UseParallelGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(jvm);
    command.addAll(List.of("-cp", program.classPath(), program.main()));
    command.addAll(program.arguments());
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(output.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return new ServiceProcess(builder.start(), output);
  }

  /** A port that nothing listens on now. */
  public static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  /**
   * Returns when it takes connections on the port.
   *
   * @throws IllegalStateException with what it printed, when it does not within a minute
   */
  public ServiceProcess awaitOpen(int port) {
    long deadline = System.nanoTime() + LIMIT_NANOS;
    while (!isOpen(port)) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        process.destroyForcibly();
        throw new IllegalStateException("the service did not start: " + printed());
      }
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
    return this;
  }

  private static boolean isOpen(int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 1_000);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Its number on this machine. */
  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** All that it has printed until now. */
  public String printed() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      return "what it printed is gone: " + e.getMessage();
    }
  }

  /** Ends it as a power cut would. */
  public void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Stops its clock, so to say: it neither runs nor ends, and its connections stay. */
  public void freeze() throws IOException {
    signal("STOP");
  }

  /** It goes on where it was, and does not know that time has passed. */
  public void thaw() throws IOException {
    signal("CONT");
  }

  private void signal(String name) throws IOException {
    int status =
        new ProcessBuilder("kill", "-" + name, Long.toString(pid()))
            .inheritIO()
            .start()
            .onExit()
            .join()
            .exitValue();
    if (status != 0) {
      throw new IllegalStateException("kill -" + name + " ended with " + status);
    }
  }

  /** Lets it stop in order. */
  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
