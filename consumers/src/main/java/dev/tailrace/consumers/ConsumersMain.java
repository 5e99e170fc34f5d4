package dev.tailrace.consumers;

import dev.tailrace.consumers.billing.Billing;
import dev.tailrace.consumers.billing.BillingConfig;
import dev.tailrace.consumers.journal.JournalApplication;
import dev.tailrace.consumers.journal.JournalConfig;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.contracts.service.ServiceMain;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Runs one consumer application, named by the first argument. */
public final class ConsumersMain {

  /**
   * Every application by its name; each reads its settings from the environment, under its own
   * prefix.
   */
  private static final Map<String, Function<Map<String, String>, Service>> APPLICATIONS =
      new TreeMap<>(
          Map.of(
              "billing",
              environment -> Billing.start(BillingConfig.from(environment), Clock.systemUTC()),
              "journal",
              environment ->
                  JournalApplication.start(JournalConfig.from(environment), Clock.systemUTC())));

  private static final int BAD_USAGE = 2;

  private ConsumersMain() {}

  @SuppressWarnings("SystemOut") // a person reads this
  public static void main(String[] arguments) {
    String name = arguments.length == 1 ? arguments[0] : "";
    Function<Map<String, String>, Service> start = APPLICATIONS.get(name);
    if (start == null) {
      System.err.println(
          "✗ name the application to run, one of "
              + APPLICATIONS.keySet()
              + "; was '"
              + name
              + "'");
      System.exit(BAD_USAGE);
      return;
    }
    ServiceMain.run(start);
  }
}
