package dev.tailrace.benchmarks;

import dev.tailrace.embedded.EmbeddedKafka;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The broker as a process of its own, so that its work is told apart from everybody else's. */
final class BrokerMain {

  private BrokerMain() {}

  /**
   * Serves until it is ended.
   *
   * @param arguments its folder and its port
   */
  public static void main(String[] arguments) throws InterruptedException {
    var kafka =
        EmbeddedKafka.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]), /* any */ 0);
    Runtime.getRuntime().addShutdownHook(new Thread(kafka::close));
    new CountDownLatch(1).await();
  }
}
