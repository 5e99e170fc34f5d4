package dev.tailrace.contracts.service;

import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * A service as a process of its own: reads the environment, starts, and stays until it is told to
 * stop or can't go on. Or a command, which ends by itself.
 */
public final class ServiceMain {

  static final int WELL = 0;
  static final int FAILED = 1;
  static final int BAD_CONFIGURATION = 2;

  private ServiceMain() {}

  /** What a process is for, from its environment to its exit status. */
  @FunctionalInterface
  interface Work {
    int of(Map<String, String> environment) throws Exception;
  }

  /** A command that ends by itself and answers, in words for a person, what it did. */
  @FunctionalInterface
  public interface Command {
    String run(Map<String, String> environment) throws Exception;
  }

  /**
   * Runs the service; the one place that reads the environment. Ends the process with 1 when the
   * service failed, 2 for a bad configuration.
   */
  public static void run(Function<Map<String, String>, Service> start) {
    end(environment -> awaitEnd(start.apply(environment)));
  }

  /**
   * Runs the command and prints what it answers. Ends the process with 1 when it failed, 2 for a
   * bad configuration.
   */
  @SuppressWarnings("SystemOut") // a person reads this
  public static void runOnce(Command command) {
    end(
        environment -> {
          System.out.println(command.run(environment));
          return WELL;
        });
  }

  @SuppressWarnings("SystemOut") // before logging is of use: a person reads this
  private static void end(Work work) {
    // Helidon and others log by java.util.logging.
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    int status = status(work, System.getenv(), System.err);
    if (status != WELL) {
      System.exit(status);
    }
  }

  /** Whatever is thrown ends the process: half a service must not stay alive. */
  static int status(Work work, Map<String, String> environment, PrintStream errors) {
    try {
      return work.of(environment);
    } catch (ConfigurationException e) {
      errors.println("✗ " + e.getMessage());
      return BAD_CONFIGURATION;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return WELL;
    } catch (Throwable e) {
      errors.println("✗ " + Optional.ofNullable(e.getMessage()).orElse(e.getClass().getName()));
      e.printStackTrace(errors);
      return FAILED;
    }
  }

  private static int awaitEnd(Service service) throws InterruptedException {
    Runtime.getRuntime().addShutdownHook(new Thread(service::close, service.name() + "-stop"));
    return service.awaitEnd().isPresent() ? FAILED : WELL;
  }
}
