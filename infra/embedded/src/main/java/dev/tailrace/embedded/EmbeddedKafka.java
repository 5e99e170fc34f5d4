package dev.tailrace.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.AppInfoParser;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A Kafka broker and its controller inside this JVM, with files that survive it.
 *
 * <p>Topics, records, committed offsets and open transactions are found again by the next start on
 * the same directory, on whatever ports.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private final KafkaRaftServer server;
  private final DirectoryLock lock;
  private final int port;
  private boolean stopped;

  private EmbeddedKafka(KafkaRaftServer server, DirectoryLock lock, int port) {
    this.server = server;
    this.lock = lock;
    this.port = port;
  }

  /**
   * Starts on a directory, making it when there is none, and returns when the broker serves.
   *
   * @param port the broker's loopback port, or 0 for a free one
   * @param controllerPort the controller's loopback port, or 0 for a free one
   * @throws PortInUseException when something else listens on one of the ports
   * @throws IllegalStateException when another running broker uses the directory
   */
  public static EmbeddedKafka start(Path dataDirectory, int port, int controllerPort) {
    try {
      var lock = DirectoryLock.take(dataDirectory);
      try {
        var settings =
            new KafkaSettings(
                dataDirectory.toRealPath().resolve("log"),
                Ports.claim(port),
                Ports.claim(controllerPort));
        formatOnce(settings.logDirectory());
        return new EmbeddedKafka(serve(settings), lock, settings.port());
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Kafka could not start on " + dataDirectory, e);
    }
  }

  private static KafkaRaftServer serve(KafkaSettings settings) {
    var server = new KafkaRaftServer(new KafkaConfig(settings.asMap(), false), Time.SYSTEM);
    try {
      server.startup();
      return server;
    } catch (RuntimeException e) {
      server.shutdown();
      for (int port : Set.of(settings.port(), settings.controllerPort())) {
        // Somebody took it after it was found free.
        if (!Ports.isFree(port)) {
          throw new PortInUseException(port);
        }
      }
      throw e;
    }
  }

  private static void formatOnce(Path logDirectory) throws IOException {
    if (Files.exists(logDirectory.resolve("meta.properties"))) {
      return;
    }
    try {
      new Formatter()
          .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false))
          .setNodeId(KafkaSettings.NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .setControllerListenerName(KafkaSettings.CONTROLLER_LISTENER)
          // Version 2 left a transaction open for ever in the offsets topic after a kill of the
          // whole
          // process (decision 010): a consumer group's offsets could not be read any more.
          .setFeatureLevel("transaction.version", (short) 1)
          .addDirectory(logDirectory.toString())
          .setMetadataLogDirectory(logDirectory.toString())
          .run();
    } catch (Exception e) {
      throw new IOException("The directory could not be formatted: " + logDirectory, e);
    }
  }

  public int port() {
    return port;
  }

  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** Such as {@code 4.3.1}. */
  public String version() {
    return AppInfoParser.getVersion();
  }

  /** A controlled shutdown: what was acknowledged is flushed, then it returns. */
  @Override
  public synchronized void close() {
    if (stopped) {
      return;
    }
    stopped = true;
    // An interrupted thread would cut the controlled shutdown short.
    boolean interrupted = Thread.interrupted();
    try (lock) {
      server.shutdown();
      server.awaitShutdown();
    } catch (IOException e) {
      throw new UncheckedIOException("The stopped broker's directory stays locked", e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
