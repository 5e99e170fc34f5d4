package dev.tailrace.standins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.stripe.StripeClient;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.Customer;
import com.stripe.model.StripeCollection;
import com.stripe.model.StripeSearchResult;
import com.stripe.param.CustomerCreateParams;
import com.stripe.param.CustomerListParams;
import com.stripe.param.CustomerSearchParams;
import com.stripe.param.CustomerUpdateParams;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Customers listed and searched for. */
class StripeCustomersTest {

  private final TickingClock clock = new TickingClock();
  private final StripeStandIn standIn = StripeStandIn.start(0, clock);
  private final StripeClient stripe =
      StripeClient.builder().setApiKey("sk_test_123").setApiBase(standIn.url()).build();

  @AfterEach
  void close() {
    standIn.close();
  }

  @Test
  void listsTheNewestFirstInPages() throws Exception {
    String first = customer("a@example.com", "org_1");
    String second = customer("b@example.com", "org_2");
    String third = customer("c@example.com", "org_3");
    StripeCollection<Customer> page = list(CustomerListParams.builder().setLimit(2L));
    assertThat(page.getData()).extracting(Customer::getId).containsExactly(third, second);
    assertThat(page.getHasMore()).isTrue();
    assertThat(page.autoPagingIterable())
        .extracting(Customer::getId)
        .containsExactly(third, second, first);
  }

  @Test
  void listsThoseWithAnAddressAsItIsWritten() throws Exception {
    String ann = customer("ann@example.com", "org_1");
    customer("bob@example.com", "org_2");
    assertThat(list(CustomerListParams.builder().setEmail("ann@example.com")).getData())
        .extracting(Customer::getId)
        .containsExactly(ann);
    assertThat(list(CustomerListParams.builder().setEmail("Ann@example.com")).getData()).isEmpty();
  }

  @Test
  void refusesAPageThatIsNone() {
    InvalidRequestException unknown =
        catchThrowableOfType(
            InvalidRequestException.class,
            () -> list(CustomerListParams.builder().setStartingAfter("cus_nosuch")));
    assertThat(unknown.getParam()).isEqualTo("starting_after");
    assertThat(unknown.getStatusCode()).isEqualTo(400);
    for (long limit : new long[] {0, 101}) {
      InvalidRequestException e =
          catchThrowableOfType(
              InvalidRequestException.class,
              () -> list(CustomerListParams.builder().setLimit(limit)));
      assertThat(e.getParam()).isEqualTo("limit");
    }
  }

  @Test
  void findsACustomerByItsMetadataAndAddress() throws Exception {
    String ann = customer("ann@example.com", "org_1");
    customer("ann@example.com", "org_2");
    StripeSearchResult<Customer> found = search("metadata['organization_id']:'org_1'");
    assertThat(found.getData()).extracting(Customer::getId).containsExactly(ann);
    assertThat(found.getHasMore()).isFalse();
    assertThat(found.getNextPage()).isNull();
    assertThat(found.getTotalCount()).isNull();
    assertThat(found.getUrl()).isEqualTo("/v1/customers/search");
    assertThat(search("email:'ann@example.com'").getData()).hasSize(2);
    assertThat(search("email:'ann@example.com' AND metadata['organization_id']:'org_1'").getData())
        .extracting(Customer::getId)
        .containsExactly(ann);
    assertThat(search("metadata['organization_id']:'org'").getData()).isEmpty();
    assertThat(search("metadata['nosuch']:'org_1'").getData()).isEmpty();
  }

  @Test
  void comparesWithoutRegardToCaseAsStripeDoes() throws Exception {
    customer("ann@example.com", "org_a");
    customer("ann@example.com", "org_A");
    assertThat(search("metadata['organization_id']:'org_a'").getData()).hasSize(2);
  }

  @Test
  void readsAnEscapedQuote() throws Exception {
    String id = customer("ann@example.com", "Ann's");
    assertThat(search("metadata['organization_id']:'Ann\\'s'").getData())
        .extracting(Customer::getId)
        .containsExactly(id);
  }

  @Test
  void hearsOfAChangeOnlyAfterTheLag() throws Exception {
    standIn.searchLag(Duration.ofMinutes(1));
    String id = customer("ann@example.com", "org_1");
    assertThat(search("metadata['organization_id']:'org_1'").getData()).isEmpty();
    assertThat(list(CustomerListParams.builder()).getData()).hasSize(1);
    clock.tick(Duration.ofSeconds(59));
    assertThat(search("metadata['organization_id']:'org_1'").getData()).isEmpty();
    clock.tick(Duration.ofSeconds(1));
    assertThat(search("metadata['organization_id']:'org_1'").getData()).hasSize(1);
    CustomerUpdateParams other =
        CustomerUpdateParams.builder().putMetadata("organization_id", "org_2").build();
    stripe.v1().customers().update(id, other);
    assertThat(search("metadata['organization_id']:'org_2'").getData()).isEmpty();
    assertThat(search("metadata['organization_id']:'org_1'").getData())
        .singleElement()
        .satisfies(
            found -> assertThat(found.getMetadata()).containsEntry("organization_id", "org_2"));
    clock.tick(Duration.ofMinutes(1));
    assertThat(search("metadata['organization_id']:'org_2'").getData()).hasSize(1);
  }

  @Test
  void keepsWhatWasFoundBeforeTheLagGrew() throws Exception {
    customer("ann@example.com", "org_1");
    standIn.searchLag(Duration.ofMinutes(1));
    customer("bob@example.com", "org_1");
    assertThat(search("metadata['organization_id']:'org_1'").getData())
        .extracting(Customer::getEmail)
        .containsExactly("ann@example.com");
    assertThatThrownBy(() -> standIn.searchLag(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesAQueryThatItCannotRead() {
    for (String bad :
        List.of(
            "org_1",
            "email:ann@example.com",
            "metadata['k']='v'",
            "metadata[k]:'v'",
            "email:'a' OR email:'b'",
            "email:'a' AND",
            "email:'a")) {
      assertThat(refusal(bad)).as(bad).hasMessageContaining("unable to parse your search query");
    }
    assertThat(refusal("org_1").getStatusCode()).isEqualTo(400);
    assertThat(refusal("colour:'red'"))
        .hasMessageContaining(
            "Field `colour` is an unsupported search field for resource `customers`");
  }

  private InvalidRequestException refusal(String query) {
    return catchThrowableOfType(InvalidRequestException.class, () -> search(query));
  }

  private StripeSearchResult<Customer> search(String query) throws StripeException {
    return stripe.v1().customers().search(CustomerSearchParams.builder().setQuery(query).build());
  }

  private StripeCollection<Customer> list(CustomerListParams.Builder params)
      throws StripeException {
    return stripe.v1().customers().list(params.build());
  }

  private String customer(String email, String organizationId) throws StripeException {
    CustomerCreateParams params =
        CustomerCreateParams.builder()
            .setEmail(email)
            .putMetadata("organization_id", organizationId)
            .build();
    return stripe.v1().customers().create(params).getId();
  }
}
