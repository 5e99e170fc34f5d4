package dev.tailrace.embedded;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One of the PostgreSQL programs, run to its end.
 *
 * <p>They refuse to run as root. In a user namespace of its own ({@code unshare -U}) root's process
 * looks like nobody's and still owns its files, which is all that is needed.
 */
record PostgresProgram(Path binaries, String name) {

  /** How a run ended, and what it printed. */
  record Ended(int status, String output) {
    boolean well() {
      return status == 0;
    }
  }

  Ended run(String... arguments) {
    var command = new ArrayList<String>();
    if (new UnixSystem().getUid() == 0) {
      command.addAll(List.of("unshare", "-U"));
    }
    command.add(binaries.resolve("bin", name).toString());
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    // PGPORT, PGOPTIONS and their like belong to the user's own servers.
    builder.environment().keySet().removeIf(key -> key.startsWith("PG"));
    builder.environment().put("LC_ALL", "C");
    try {
      var process = builder.start();
      process.getOutputStream().close();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      // Not by waitFor: a server must also stop when the thread that stops it is interrupted.
      return new Ended(process.onExit().join().exitValue(), output.strip());
    } catch (IOException e) {
      throw new UncheckedIOException(String.join(" ", command) + " could not run", e);
    }
  }

  String runWell(String... arguments) {
    var ended = run(arguments);
    if (!ended.well()) {
      throw new IllegalStateException(name + " failed: " + ended.output());
    }
    return ended.output();
  }
}
