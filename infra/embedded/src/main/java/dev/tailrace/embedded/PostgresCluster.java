package dev.tailrace.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of one PostgreSQL, and the programs that act on them. */
final class PostgresCluster {
  private static final Logger log = LoggerFactory.getLogger(PostgresCluster.class);
  private static final int ATTEMPTS = 20;

  private final Path binaries;
  private final Path data;
  private final Path logFile;

  private PostgresCluster(Path binaries, Path directory) {
    this.binaries = binaries;
    this.data = directory.resolve("cluster");
    this.logFile = directory.resolve("postgres.log");
  }

  static boolean isIn(Path directory) {
    return Files.exists(directory.resolve("cluster"));
  }

  /** The cluster in a directory, initialised when it is new. */
  static PostgresCluster in(Path directory) throws IOException {
    var cluster = new PostgresCluster(PostgresBinaries.directory(), directory);
    if (!Files.exists(cluster.data)) {
      cluster.initialise(directory.resolve("cluster.new"));
    }
    return cluster;
  }

  /** A cluster appears by a rename, so that a start that was cut short leaves none by halves. */
  private void initialise(Path fresh) throws IOException {
    Directories.delete(fresh);
    program("initdb")
        .runWell(
            "--pgdata=" + fresh,
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8");
    Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
  }

  Optional<Postmaster> running() throws IOException {
    return Postmaster.runningOn(data);
  }

  /** Stops a server whose owner was killed, and clears away the file a dead one left. */
  void stopOrphan() throws IOException {
    var orphan = running();
    if (orphan.isPresent()) {
      log.atWarn()
          .addKeyValue("pid", orphan.get().pid())
          .addKeyValue("directory", data)
          .log("A PostgreSQL was left running by a process that is gone; it is stopped first");
      stop();
    }
    Files.deleteIfExists(Postmaster.pidFile(data));
  }

  /** Starts the server and returns its port. */
  int start(int port, Map<String, String> settings) throws IOException {
    for (int attempt = 1; ; attempt++) {
      int claimed = Ports.claim(port);
      var seen = Files.exists(logFile) ? Files.size(logFile) : 0;
      Files.writeString(
          data.resolve("postgresql.conf"), new PostgresSettings(claimed, settings).asFile());
      var ended =
          program("pg_ctl")
              .run(
                  "start",
                  "-w",
                  "-t",
                  "120",
                  "-s",
                  "-D",
                  data.toString(),
                  "-l",
                  logFile.toString());
      if (ended.well()) {
        return claimed;
      }
      var why = logSince(seen);
      if (port != 0 && !Ports.isFree(port)) {
        throw new PortInUseException(port);
      }
      // A free port can be taken by another in between, and a child of a killed server lives for a
      // moment longer than its parent: both pass.
      if (attempt == ATTEMPTS
          || !(why.contains("could not bind") || why.contains("still in use"))) {
        throw new IllegalStateException(
            "PostgreSQL did not start on %s: %s%n%s".formatted(data, ended.output(), why));
      }
    }
  }

  /** A fast shutdown; one that does not come to an end is cut off. The files bear both. */
  void stop() throws IOException {
    if (running().isEmpty()) {
      return;
    }
    var pgCtl = program("pg_ctl");
    var ended = pgCtl.run("stop", "-w", "-t", "30", "-s", "-m", "fast", "-D", data.toString());
    if (!ended.well() && running().isPresent()) {
      pgCtl.runWell("stop", "-w", "-t", "30", "-s", "-m", "immediate", "-D", data.toString());
    }
  }

  void kill() throws IOException {
    running().ifPresent(Postmaster::kill);
  }

  String version() {
    var said = program("postgres").runWell("--version");
    return said.substring(said.lastIndexOf(' ') + 1);
  }

  private PostgresProgram program(String name) {
    return new PostgresProgram(binaries, name);
  }

  private String logSince(long position) throws IOException {
    try (var stream = Files.newInputStream(logFile)) {
      stream.skipNBytes(position);
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }
}
