package dev.tailrace.consumers;

import dev.tailrace.consumers.analytics.Analytics;
import dev.tailrace.consumers.analytics.AnalyticsConfig;
import dev.tailrace.consumers.billing.Billing;
import dev.tailrace.consumers.billing.BillingConfig;
import dev.tailrace.consumers.forwarding.Forwarding;
import dev.tailrace.consumers.forwarding.ForwardingConfig;
import dev.tailrace.consumers.journal.JournalApplication;
import dev.tailrace.consumers.journal.JournalConfig;
import dev.tailrace.consumers.machines.MachinesApplication;
import dev.tailrace.consumers.machines.MachinesConfig;
import dev.tailrace.contracts.service.ServiceMain;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Runs one consumer application, named by the first argument. */
public final class ConsumersMain {

  /**
   * Every application by its name; each reads its settings from the environment, under its own
   * prefix. To add one: its entry here, and {@code ./tailrace generate}, which puts it into the
   * catalogue of consumers.
   */
  static final Map<String, ConsumerApplication> APPLICATIONS =
      new TreeMap<>(
          Map.of(
              "analytics",
              new ConsumerApplication(
                  "Captures in PostHog what was counted, and what went wrong.",
                  Analytics::consumers,
                  environment ->
                      Analytics.start(AnalyticsConfig.from(environment), Clock.systemUTC())),
              "billing",
              new ConsumerApplication(
                  "Keeps what an organization has paid for at what Stripe says.",
                  Billing::consumers,
                  environment -> Billing.start(BillingConfig.from(environment), Clock.systemUTC())),
              "forwarding",
              new ConsumerApplication(
                  "Passes on to a project's machine what Slack and mails say to it.",
                  Forwarding::consumers,
                  environment ->
                      Forwarding.start(ForwardingConfig.from(environment), Clock.systemUTC())),
              "journal",
              new ConsumerApplication(
                  "Writes down what became of each event. It reads the topics itself, and has no consumers.",
                  List::of,
                  environment ->
                      JournalApplication.start(JournalConfig.from(environment), Clock.systemUTC())),
              "machines",
              new ConsumerApplication(
                  "Makes each machine's sandbox at its provider, follows its state, and puts it away.",
                  MachinesApplication::consumers,
                  environment ->
                      MachinesApplication.start(
                          MachinesConfig.from(environment), Clock.systemUTC()))));

  private static final int BAD_USAGE = 2;

  private ConsumersMain() {}

  @SuppressWarnings("SystemOut") // a person reads this
  public static void main(String[] arguments) {
    String name = arguments.length == 1 ? arguments[0] : "";
    ConsumerApplication application = APPLICATIONS.get(name);
    if (application == null) {
      System.err.println(
          "✗ name the application to run, one of "
              + APPLICATIONS.keySet()
              + "; was '"
              + name
              + "'");
      System.exit(BAD_USAGE);
      return;
    }
    ServiceMain.run(application.start());
  }
}
