package dev.tailrace.contracts.service;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * A service as a process of its own: reads the environment, starts, and stays until it is told to
 * stop or can't go on.
 */
public final class ServiceMain {

  private static final int BAD_CONFIGURATION = 2;
  private static final int FAILED = 1;

  private ServiceMain() {}

  /**
   * Runs the service; the one place that reads the environment. Ends the process with 1 when the
   * service failed, 2 for a bad configuration.
   */
  @SuppressWarnings("SystemOut") // before logging is of use: a person reads this
  public static void run(Function<Map<String, String>, Service> start) {
    // Helidon and others log by java.util.logging.
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    Service service;
    try {
      service = start.apply(System.getenv());
    } catch (ConfigurationException e) {
      System.err.println("✗ " + e.getMessage());
      System.exit(BAD_CONFIGURATION);
      return;
    } catch (RuntimeException e) {
      System.err.println("✗ " + e.getMessage());
      e.printStackTrace();
      System.exit(FAILED);
      return;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(service::close, service.name() + "-stop"));
    try {
      Optional<Throwable> failure = service.awaitEnd();
      if (failure.isPresent()) {
        System.exit(FAILED);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
