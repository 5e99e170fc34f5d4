package dev.tailrace.testkit;

import dev.tailrace.embedded.EmbeddedKafka;
import dev.tailrace.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;

/** Servers without Docker; their files go when they do. */
record EmbeddedServers() implements ServerSource {

  @Override
  public PostgresServer startPostgres() {
    var directory = freshDirectory("postgres");
    var postgres = EmbeddedPostgres.start(directory, 0, Map.of());
    stopWithTheJvm(postgres::close, directory);
    return PostgresServer.of(postgres);
  }

  @Override
  public KafkaServer startKafka() {
    var directory = freshDirectory("kafka");
    var kafka = EmbeddedKafka.start(directory, 0, 0);
    stopWithTheJvm(kafka::close, directory);
    return KafkaServer.of(kafka);
  }

  private static Path freshDirectory(String name) {
    try {
      var target = Path.of("target");
      return Files.isDirectory(target)
          ? Files.createTempDirectory(target, name)
          : Files.createTempDirectory(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void stopWithTheJvm(Runnable stop, Path directory) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  stop.run();
                  delete(directory);
                }));
  }

  private static void delete(Path directory) {
    try (var paths = Files.walk(directory)) {
      for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
