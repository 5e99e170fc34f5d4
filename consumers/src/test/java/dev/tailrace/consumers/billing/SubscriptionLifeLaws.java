package dev.tailrace.consumers.billing;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import com.stripe.net.ApiResource.RequestMethod;
import com.stripe.param.SubscriptionUpdateParams;
import dev.tailrace.consumers.billing.Payments.CheckoutDraft;
import dev.tailrace.consumers.billing.Payments.CheckoutPage;
import dev.tailrace.consumers.billing.Payments.CustomerDraft;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.StripeEvent;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.effects.EffectsDriver;
import dev.tailrace.effects.Replay;
import dev.tailrace.effects.ReplayMode;
import dev.tailrace.standins.StripeStandIn;
import dev.tailrace.testkit.Seed;
import dev.tailrace.testkit.Seeds;
import dev.tailrace.testkit.SettableClock;
import dev.tailrace.testkit.TestDatabase;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * However the events of subscriptions come, shuffled and doubled, of one API version or another,
 * each organisation's account ends as Stripe has it, and a replay of all of them changes nothing.
 */
class SubscriptionLifeLaws {

  private static final int LIVES = 40;

  private final SettableClock stripesClock = new SettableClock();
  private final StripeStandIn stripe = StripeStandIn.start(0, stripesClock);
  private final Payments payments =
      new StripePayments(
          new BillingConfig.Stripe("sk_test_1", URI.create(stripe.url()), "price_metered"));
  private final StripeClient sdk =
      StripeClient.builder().setApiKey("sk_test_1").setApiBase(stripe.url()).build();
  private TestDatabase database;
  private EffectsDriver billing;
  private int lives;

  @TempDir private Path state;

  @BeforeEach
  void start() throws Exception {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
    billing =
        EffectsDriver.of(
            Billing.application(database.dataSource(), payments, Clock.systemUTC()),
            database.dataSource(),
            state);
  }

  @AfterEach
  void stop() {
    billing.close();
    database.close();
    stripe.close();
  }

  @Test
  void anyOrderOfItsEventsEndsAsStripeHasIt() {
    Seeds.forEach(
        LIVES,
        seed -> {
          apiVersion(seed);
          String organization = "org_" + ++lives;
          Life life = new Life(organization, seed).live();
          var known = new ArrayList<Envelope>();
          for (StripeEvent event : shuffledAndDoubled(life.events(), seed)) {
            known.add(billing.arrives(event));
            if (seed.oneIn(3)) {
              billing.arrives(known.get(seed.below(known.size())));
            }
            if (seed.oneIn(4)) {
              billing.passes(Duration.ofSeconds(seed.between(1, 60)));
            }
          }
          billing.passes(Duration.ofHours(1));
          billing.passes(Duration.ofHours(1));

          assertThat(account(organization)).isEqualTo(life.asStripeHasIt());
          assertThat(billing.pending()).isZero();
          replayedAWeekLater(known, organization);
        });
  }

  private void replayedAWeekLater(List<Envelope> known, String organization) {
    String before = account(organization);
    long asked = stripe.requests().count();
    long told = events();
    var replay = Replay.of(ReplayMode.FILL, "ann", "a look back").noOlderThan(Duration.ofDays(30));
    billing.passes(Duration.ofDays(7));
    new LinkedHashSet<>(known).forEach(event -> billing.replays(event, replay));
    billing.passes(Duration.ofMinutes(1));

    assertThat(stripe.requests().count()).as("calls of Stripe").isEqualTo(asked);
    assertThat(events()).as("events that follow").isEqualTo(told);
    assertThat(account(organization)).isEqualTo(before);
  }

  private long events() {
    return database.count("select count(*) from outbox_event");
  }

  private String account(String organization) {
    return database
        .strings(
            """
            select concat_ws(' ', stripe_customer_id, coalesce(subscription_id, '-'), subscription_status,
              extract(epoch from period_end)::bigint, cancel_at_period_end)
            from billing_account where organization_id = ?""",
            organization)
        .getFirst();
  }

  private void apiVersion(Seed seed) {
    switch (seed.below(3)) {
      case 0 -> stripe.withoutApiVersion();
      case 1 -> stripe.apiVersion("2024-06-20");
      default -> stripe.apiVersion("2026-07-29.dahlia");
    }
  }

  private static List<StripeEvent> shuffledAndDoubled(List<StripeEvent> events, Seed seed) {
    var all = new ArrayList<>(events);
    // What the doors let through twice is another event of ours that tells of the same.
    events.stream().filter(event -> seed.oneIn(4)).forEach(all::add);
    return seed.shuffled(all);
  }

  /** What one organisation does at Stripe. */
  private final class Life {

    private final String organization;
    private final Seed seed;
    private final int first = stripe.events().size();
    private String customer = "";
    private String subscription = "";

    private Life(String organization, Seed seed) {
      this.organization = organization;
      this.seed = seed;
    }

    Life live() throws StripeException {
      database.execute(
          "insert into organization (id, name, slug) values (?, ?, ?)",
          organization,
          organization,
          organization);
      subscribe();
      List<Step> steps =
          List.of(
              () -> stripe.payInvoice(subscription),
              this::update,
              () -> stripe.failInvoice(subscription),
              () -> stripe.payInvoice(subscription),
              // The SDK has no method for it.
              () ->
                  sdk.rawRequest(
                      RequestMethod.POST,
                      "/v1/subscriptions/" + subscription + "/pause",
                      "type=subscription"),
              () -> sdk.v1().subscriptions().resume(subscription),
              () -> sdk.v1().subscriptions().cancel(subscription));
      for (Step step : steps.subList(0, seed.between(1, steps.size()))) {
        // Some within one second, some not.
        stripesClock.advance(Duration.ofSeconds(seed.below(3)));
        step.take();
      }
      return this;
    }

    private void subscribe() {
      var who = new CustomerDraft("organization_id", organization, "Ann", "ann@example.com");
      customer = found(payments.customer(who, organization + ":customer"));
      var draft =
          new CheckoutDraft(
              "chk_" + organization,
              customer,
              organization,
              organization,
              URI.create("https://a.example.com"),
              URI.create("https://b.example.com"));
      CheckoutPage page = found(payments.checkout(draft, organization + ":session"));
      subscription = stripe.completeCheckout(page.sessionId());
    }

    private void update() throws StripeException {
      sdk.v1()
          .subscriptions()
          .update(
              subscription, SubscriptionUpdateParams.builder().setCancelAtPeriodEnd(true).build());
    }

    /** Those that have a consumer. */
    List<StripeEvent> events() {
      return stripe.events().stream()
          .skip(first)
          .map(StripeObjects::told)
          .filter(event -> !(event instanceof StripeEvent.Other))
          .toList();
    }

    String asStripeHasIt() {
      var it = stripe.subscription(subscription).orElseThrow();
      boolean isOver = it.status().equals("canceled");
      return "%s %s %s %d %s"
          .formatted(
              customer,
              isOver ? "-" : subscription,
              it.status(),
              it.currentPeriodEnd().getEpochSecond(),
              it.cancelAtPeriodEnd() ? "t" : "f");
    }
  }

  private interface Step {
    void take() throws StripeException;
  }

  private static <T> T found(Answer<T> answer) {
    if (answer instanceof Answer.Found<T>(T value)) {
      return value;
    }
    throw new AssertionError("not found: " + answer);
  }
}
