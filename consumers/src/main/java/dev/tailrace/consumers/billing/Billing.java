package dev.tailrace.consumers.billing;

import dev.tailrace.contracts.event.StripeEvent.SubscriptionChange;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.effects.Application;
import dev.tailrace.effects.Backoff;
import dev.tailrace.effects.ConsumerDescription;
import dev.tailrace.effects.Effects;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.postgresql.ds.PGSimpleDataSource;

/** The billing application and its consumers, each one side effect. */
public final class Billing {

  private static final Backoff A_DAY =
      Backoff.exponential(Duration.ofSeconds(1), Duration.ofMinutes(15))
          .forAtMost(Duration.ofHours(24));

  private Billing() {}

  /** Starts the application. */
  public static Service start(BillingConfig config, Clock clock) {
    return Service.start(
        "billing",
        config.admin(),
        service -> {
          var database =
              service.with(Database.pool(config.database(), service.name(), service.meters()));
          var stripe = new StripeSubscriptions(config.stripe());
          Effects.start(
              application(new BillingAccounts(database), stripe),
              config.effects(),
              database,
              service,
              clock);
        });
  }

  /** What is registered here, for the catalogue of consumers. */
  public static List<ConsumerDescription> consumers() {
    var nowhere = new PGSimpleDataSource();
    Subscriptions nobody = subscription -> new Subscriptions.Answer.Unavailable("not asked");
    return application(new BillingAccounts(nowhere), nobody).describe();
  }

  static Application application(BillingAccounts accounts, Subscriptions subscriptions) {
    var billing = new Application("billing");
    var sync = new SyncSubscription(accounts, subscriptions);
    billing.consumer("syncSubscription").on(SubscriptionChange.class).retry(A_DAY).handle(sync);
    return billing;
  }
}
