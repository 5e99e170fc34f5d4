package dev.tailrace.consumers.billing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.consumers.billing.Fields.UnreadableException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SubscriptionStateTest {

  @Test
  void readsAnObjectOfTheCurrentApi() throws Exception {
    assertThat(SubscriptionState.read(StripeObjects.subscription("cus_1", "active")))
        .isEqualTo(
            new SubscriptionState(
                "sub_1",
                "cus_1",
                "si_1",
                "active",
                java.util.Optional.of(Instant.ofEpochSecond(1_700_000_000)),
                java.util.Optional.of(Instant.ofEpochSecond(1_702_592_000)),
                false));
  }

  @Test
  void readsThePeriodWhereOldApisHadIt() throws Exception {
    ObjectNode subscription = StripeObjects.subscription("cus_1", "active");
    ((ObjectNode) subscription.at("/items/data/0")).remove("current_period_end");
    subscription.put("current_period_end", 1_800_000_000L);

    assertThat(SubscriptionState.read(subscription).periodEnd())
        .contains(Instant.ofEpochSecond(1_800_000_000));
  }

  @Test
  void readsACustomerThatIsExpanded() throws Exception {
    ObjectNode subscription = StripeObjects.subscription("cus_1", "active");
    subscription.putObject("customer").put("id", "cus_2").put("object", "customer");

    assertThat(SubscriptionState.read(subscription).customerId()).isEqualTo("cus_2");
  }

  @Test
  void namesTheFieldThatIsMissingOrWrong() {
    ObjectNode noItems = StripeObjects.subscription("cus_1", "active");
    noItems.remove("items");
    assertThatThrownBy(() -> SubscriptionState.read(noItems))
        .isInstanceOf(UnreadableException.class)
        .hasMessage("/object/items/data/0/id is missing");

    ObjectNode number = StripeObjects.subscription("cus_1", "active");
    number.put("customer", 7);
    assertThatThrownBy(() -> SubscriptionState.read(number))
        .hasMessage("/object/customer must be a text, was NUMBER");

    ObjectNode late = StripeObjects.subscription("cus_1", "active");
    ((ObjectNode) late.at("/items/data/0")).put("current_period_end", "tomorrow");
    assertThatThrownBy(() -> SubscriptionState.read(late))
        .hasMessage("/object/current_period_end must be Unix seconds, was STRING");
  }
}
