package dev.tailrace.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.BrokerIdNotRegisteredException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
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
  /** How long the controller may take to become active, alone on a busy machine. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

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
        if (isFormatted(settings.logDirectory())) {
          forgetFormerBroker(settings);
        } else {
          format(settings.logDirectory());
        }
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
    return running(settings.asBroker(), Set.of(settings.port(), settings.controllerPort()));
  }

  /**
   * Has the controller forget the broker that served before, so that the partitions have no leader
   * until the next one is there.
   *
   * <p>Else the next broker takes itself for their leader at once, loads its open transactions, and
   * then loses the partitions for a moment while it takes the former one's place. Kafka 4.3.1 drops
   * the markers of a transaction that is being ended in that moment (KAFKA-20734), and its
   * partitions stay closed to committed readers for ever.
   */
  private static void forgetFormerBroker(KafkaSettings settings) {
    var controller = running(settings.asController(), Set.of(settings.controllerPort()));
    Map<String, Object> itself =
        Map.of(AdminClientConfig.BOOTSTRAP_CONTROLLERS_CONFIG, settings.controller());
    try (Admin admin = Admin.create(itself)) {
      Waiting.until("the controller forgets its former broker", PATIENCE, () -> forgets(admin));
    } finally {
      controller.shutdown();
      controller.awaitShutdown();
    }
  }

  /**
   * Whether it has. A controller that is not active yet says so, and one that has not read its log
   * takes itself for an older one: both are asked again.
   */
  private static boolean forgets(Admin admin) {
    try {
      admin.unregisterBroker(KafkaSettings.NODE_ID).all().get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RetriableException
          || e.getCause() instanceof UnsupportedVersionException) {
        return false;
      }
      if (e.getCause() instanceof BrokerIdNotRegisteredException) {
        return true;
      }
      throw new IllegalStateException("the controller does not forget its former broker", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Kafka started", e);
    }
  }

  private static KafkaRaftServer running(Map<String, String> settings, Set<Integer> ports) {
    var server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
    try {
      server.startup();
      return server;
    } catch (RuntimeException e) {
      server.shutdown();
      for (int port : ports) {
        // Somebody took it after it was found free.
        if (!Ports.isFree(port)) {
          throw new PortInUseException(port);
        }
      }
      throw e;
    }
  }

  private static boolean isFormatted(Path logDirectory) {
    return Files.exists(logDirectory.resolve("meta.properties"));
  }

  private static void format(Path logDirectory) throws IOException {
    try {
      new Formatter()
          .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false))
          .setNodeId(KafkaSettings.NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .setControllerListenerName(KafkaSettings.CONTROLLER_LISTENER)
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

  /** Flushes what was acknowledged, then returns. */
  @Override
  public synchronized void close() {
    if (stopped) {
      return;
    }
    stopped = true;
    // An interrupted thread would cut the shutdown short.
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
