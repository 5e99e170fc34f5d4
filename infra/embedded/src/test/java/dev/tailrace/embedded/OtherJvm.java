package dev.tailrace.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Another JVM that owns a server, and can be killed without its knowing. */
final class OtherJvm implements AutoCloseable {
  private final Process jvm;

  private OtherJvm(Process jvm) {
    this.jvm = jvm;
  }

  static OtherJvm runs(Class<?> main, Path directory, String... options) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(options));
    command.addAll(List.of(main.getName(), directory.toString()));
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    return new OtherJvm(builder.start());
  }

  /** Waits for the line it prints once its server is up. */
  String says() throws IOException {
    return jvm.inputReader().readLine();
  }

  void kill() {
    jvm.destroyForcibly().onExit().join();
  }

  /** Lets it stop in order. */
  @Override
  public void close() {
    jvm.destroy();
    jvm.onExit().join();
  }
}
