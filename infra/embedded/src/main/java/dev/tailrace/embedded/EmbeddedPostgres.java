package dev.tailrace.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * A PostgreSQL server as a child process, with files that survive it.
 *
 * <p>Whoever gets a commit acknowledged finds it again after {@link #close()}, after {@link
 * #kill()}, and after a hard kill of this JVM. In the last case the server runs on without an
 * owner; the next start on the same directory stops it and takes the files over.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final String USER = "postgres";

  private final PostgresCluster cluster;
  private final DirectoryLock lock;
  private final int port;
  private final Postmaster postmaster;
  private boolean stopped;

  private EmbeddedPostgres(PostgresCluster cluster, DirectoryLock lock, int port)
      throws IOException {
    this.cluster = cluster;
    this.lock = lock;
    this.port = port;
    this.postmaster = cluster.running().orElseThrow();
  }

  /**
   * Starts on a directory, making it when there is none, and returns when queries are answered.
   *
   * @param port the loopback port, or 0 for a free one
   * @param settings added to {@code postgresql.conf}, before the defaults given here
   * @throws PortInUseException when something else listens on the port
   * @throws IllegalStateException when another running server uses the directory, or when
   *     PostgreSQL refuses; the message has what it logged
   */
  public static EmbeddedPostgres start(Path dataDirectory, int port, Map<String, String> settings) {
    try {
      var lock = DirectoryLock.take(dataDirectory);
      try {
        var cluster = PostgresCluster.in(dataDirectory.toRealPath());
        cluster.stopOrphan();
        int claimed = cluster.start(port, settings);
        return new EmbeddedPostgres(cluster, lock, claimed);
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("PostgreSQL could not start on " + dataDirectory, e);
    }
  }

  /**
   * Stops the server that a killed process left running on a directory, if one did, so that its
   * port is free again and its files can be deleted.
   */
  public static void stopOrphan(Path dataDirectory) {
    try {
      if (PostgresCluster.isIn(dataDirectory)) {
        try (var _ = DirectoryLock.take(dataDirectory)) {
          PostgresCluster.in(dataDirectory.toRealPath()).stopOrphan();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The PostgreSQL left on " + dataDirectory + " could not be stopped", e);
    }
  }

  public int port() {
    return port;
  }

  public String jdbcUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  /** The superuser. It needs no password: only this machine reaches the server. */
  public String user() {
    return USER;
  }

  /** Such as {@code 18.6}. */
  public String version() {
    return cluster.version();
  }

  /** The process id of the server's main process. */
  public long pid() {
    return postmaster.pid();
  }

  /**
   * Stops as an administrator would: sessions are ended, everything is written, then it returns.
   */
  @Override
  public synchronized void close() {
    if (stopped) {
      return;
    }
    stopped = true;
    try (lock) {
      cluster.stop();
    } catch (IOException e) {
      throw new UncheckedIOException("PostgreSQL could not be stopped", e);
    }
  }

  /** Kills the server and its children without a warning. The files stay as they are. */
  public synchronized void kill() {
    if (stopped) {
      return;
    }
    stopped = true;
    try (lock) {
      cluster.kill();
    } catch (IOException e) {
      throw new UncheckedIOException("PostgreSQL could not be killed", e);
    }
  }
}
