package dev.tailrace.consumers.billing;

import dev.tailrace.contracts.event.AccountEvent.EstateCreated;
import dev.tailrace.contracts.event.BillingEvent.CheckoutInitiated;
import dev.tailrace.contracts.event.StripeEvent.CheckoutSessionCompleted;
import dev.tailrace.contracts.event.StripeEvent.InvoicePaid;
import dev.tailrace.contracts.event.StripeEvent.InvoicePaymentFailed;
import dev.tailrace.contracts.event.StripeEvent.SubscriptionChange;
import dev.tailrace.contracts.event.StripeEvent.SubscriptionCreated;
import dev.tailrace.contracts.event.StripeEvent.SubscriptionDeleted;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.effects.Application;
import dev.tailrace.effects.Backoff;
import dev.tailrace.effects.ConsumerDescription;
import dev.tailrace.effects.Effects;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The billing application and its consumers, each one side effect. */
public final class Billing {

  private static final Backoff A_DAY =
      Backoff.exponential(Duration.ofSeconds(1), Duration.ofMinutes(15))
          .forAtMost(Duration.ofHours(24));

  /** A person waits, and would rather know. */
  private static final Backoff AN_HOUR =
      Backoff.exponential(Duration.ofSeconds(1), Duration.ofSeconds(30))
          .forAtMost(Duration.ofHours(1));

  /** Those that follow a customer's subscription, one after another. */
  private static final String SUBSCRIPTION = "subscription";

  private static final String STRIPE = "stripe";

  private static final Clock NO_CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

  private Billing() {}

  /** Starts the application. */
  public static Service start(BillingConfig config, Clock clock) {
    return Service.start(
        "billing",
        config.admin(),
        service -> {
          var database =
              service.with(Database.pool(config.database(), service.name(), service.meters()));
          Effects.start(
              application(database, new StripePayments(config.stripe()), clock),
              config.effects(),
              database,
              service,
              clock);
        });
  }

  /** What is registered here, for the catalogue of consumers. */
  public static List<ConsumerDescription> consumers() {
    var nobody =
        new StripePayments(
            new BillingConfig.Stripe("sk_none", URI.create("http://localhost"), "price_none"));
    return application(new PGSimpleDataSource(), nobody, NO_CLOCK).describe();
  }

  static Application application(DataSource database, Payments payments, Clock clock) {
    var accounts = new BillingAccounts(database);
    var checkouts = new Checkouts();
    var keeper = new SubscriptionKeeper(accounts, payments);
    var sync = new SyncSubscription(keeper);
    var invoices = new RecordInvoice(keeper);
    var activate = new ActivateSubscription(accounts, checkouts, payments);
    var track = new TrackBilling(accounts);
    var start = new StartCheckout(accounts, checkouts, payments, clock);
    var billing = new Application("billing");
    billing
        .consumer("createStripeCustomer")
        .on(EstateCreated.class)
        .destination(effect -> STRIPE)
        .retry(A_DAY)
        .handle(new CreateStripeCustomer(new Estates(database), payments));
    billing
        .consumer("syncSubscription")
        .on(SubscriptionChange.class)
        .sharing(SUBSCRIPTION)
        .retry(A_DAY)
        .handle(new OurAccount<>(sync::handle));
    billing
        .consumer("clearSubscription")
        .on(SubscriptionDeleted.class)
        .sharing(SUBSCRIPTION)
        .retry(A_DAY)
        .handle(new OurAccount<>(sync::handle));
    billing
        .consumer("recordInvoicePaid")
        .on(InvoicePaid.class)
        .sharing(SUBSCRIPTION)
        .retry(A_DAY)
        .handle(new OurAccount<>(invoices::handle));
    billing
        .consumer("recordInvoiceFailed")
        .on(InvoicePaymentFailed.class)
        .sharing(SUBSCRIPTION)
        .retry(A_DAY)
        .handle(new OurAccount<>(invoices::handle));
    billing
        .consumer("activateSubscription")
        .on(CheckoutSessionCompleted.class)
        .retry(A_DAY)
        .handle(new OurAccount<>(activate::handle));
    billing
        .consumer("startCheckout")
        .on(CheckoutInitiated.class)
        .destination(effect -> STRIPE)
        .retry(AN_HOUR)
        .onDead(start::givenUp)
        .handle(start);
    billing
        .consumer("trackBilling")
        .on(SubscriptionCreated.class, InvoicePaid.class, InvoicePaymentFailed.class)
        .retry(A_DAY)
        .handle(new OurAccount<>(track::handle));
    return billing;
  }
}
