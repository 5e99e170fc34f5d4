package dev.tailrace.testkit;

import dev.tailrace.embedded.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The program of another JVM: a broker that a test may kill or freeze, and start again on its files
 * and port. It ends when it is killed or who started it is gone.
 */
public final class BrokerProcess {

  private BrokerProcess() {}

  /** Starts it, and returns when its port is open. */
  public static ServiceProcess start(Path folder, int port, Path output) throws IOException {
    var program =
        ServiceProcess.Program.of(BrokerProcess.class, folder.toString(), Integer.toString(port));
    return ServiceProcess.start(
            program, List.of("-Xmx512m", "-XX:TieredStopAtLevel=1"), Map.of(), output)
        .awaitOpen(port);
  }

  /**
   * Serves.
   *
   * @param arguments its folder and its port
   */
  public static void main(String... arguments) throws IOException {
    try (var _ = EmbeddedKafka.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]), 0)) {
      while (System.in.read() >= 0) {
        // Nobody writes there; its end is that of the other process.
      }
    }
  }
}
