package dev.tailrace.relay;

import dev.tailrace.embedded.EmbeddedKafka;
import dev.tailrace.testkit.ServiceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The program of another JVM: a broker, until it is killed or who started it is gone. */
final class BrokerProcess {

  private BrokerProcess() {}

  /** Starts it, and returns when its port is open. */
  static ServiceProcess start(Path folder, int port, Path output) throws IOException {
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
