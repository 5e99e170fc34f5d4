package dev.tailrace.consumers.billing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.consumers.billing.Subscriptions.Answer;
import dev.tailrace.standins.StripeStandIn;
import java.net.URI;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StripeSubscriptionsTest {

  private final StripeStandIn stripe = StripeStandIn.start(0, Clock.systemUTC());
  private final Subscriptions subscriptions =
      new StripeSubscriptions(new BillingConfig.Stripe("sk_test_1", URI.create(stripe.url())));

  @AfterEach
  void stop() {
    stripe.close();
  }

  @Test
  void asksAgainForWhateverCanChangeAndForARotatedKeyToo() {
    for (int status : new int[] {401, 403, 409, 429, 500, 503}) {
      stripe.faults().fail(status);
      assertThat(subscriptions.fetch("sub_1"))
          .as("%d", status)
          .isInstanceOf(Answer.Unavailable.class);
    }
    stripe.faults().down();
    assertThat(subscriptions.fetch("sub_1")).isInstanceOf(Answer.Unavailable.class);
  }

  @Test
  void givesUpWhatWasWronglyAsked() {
    assertThat(subscriptions.fetch("sub_none")).isInstanceOf(Answer.Refused.class);
    stripe.faults().fail(400);
    assertThat(subscriptions.fetch("sub_1")).isInstanceOf(Answer.Refused.class);
  }

  @Test
  void leavesRepeatsToTheEffect() {
    stripe.faults().fail(500);
    subscriptions.fetch("sub_1");

    assertThat(stripe.requests().list()).hasSize(1);
  }
}
