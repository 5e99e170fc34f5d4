package dev.tailrace.standins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Daytona tells, and what happens to it on the way. */
class DaytonaWebhooksTest {

  private final TickingClock clock = new TickingClock();
  private final DaytonaStandIn standIn = DaytonaStandIn.start(0, clock);
  private final SvixReceiver receiver = new SvixReceiver();

  @BeforeEach
  void register() {
    standIn.webhooks(receiver.url(), SvixReceiver.SECRET);
  }

  @AfterEach
  void close() {
    standIn.close();
    receiver.close();
  }

  @Test
  void signsTheKnownVector() {
    assertThat(
            SvixSignature.header(
                SvixReceiver.SECRET,
                "msg_1",
                Instant.ofEpochSecond(1_700_000_000),
                "{\"id\":\"evt_1\",\"object\":\"event\"}"))
        .isEqualTo("v1,X2VGcVScT9YD0x6QkdeQc8jJj6y5jXksIEEbwpKU/3Y=");
  }

  @Test
  void tellsOfASandboxAndOfEachOfItsStates() {
    standIn.transitionsTake(Duration.ofSeconds(1));
    String id = standIn.create(Map.of());
    await().until(() -> receiver.deliveries().size() == 1);
    clock.tick(Duration.ofSeconds(1));
    await().until(() -> receiver.deliveries().size() == 2);
    receiver.deliveries().forEach(SvixReceiver.Delivery::assertSigned);
    var created = receiver.deliveries().getFirst().json();
    assertThat(names(created))
        .containsExactlyInAnyOrder(
            "event", "timestamp", "id", "organizationId", "state", "createdAt");
    assertThat(created.path("event").asText()).isEqualTo("sandbox.created");
    assertThat(created.path("id").asText()).isEqualTo(id);
    assertThat(created.path("state").asText()).isEqualTo("creating");
    var updated = receiver.deliveries().getLast().json();
    assertThat(names(updated))
        .containsExactlyInAnyOrder(
            "event", "timestamp", "id", "organizationId", "oldState", "newState", "updatedAt");
    assertThat(updated.path("event").asText()).isEqualTo("sandbox.state.updated");
    assertThat(updated.path("oldState").asText()).isEqualTo("creating");
    assertThat(updated.path("newState").asText()).isEqualTo("started");
    assertThat(Instant.parse(updated.path("updatedAt").asText()))
        .isEqualTo(standIn.sandboxes().getFirst().updatedAt());
  }

  @Test
  void datesEachStateLaterThanTheOneBefore() {
    standIn.put("sb-1", "started");
    for (String state : List.of("error", "stopped", "archived")) {
      standIn.put("sb-1", state);
    }
    await().until(() -> receiver.deliveries().size() == 4);
    assertThat(receiver.all("updatedAt").subList(1, 4)).doesNotHaveDuplicates().isSorted();
  }

  @Test
  void losesTheNextOnes() {
    standIn.webhooks().lose(2);
    states("a", "b", "c");
    await().until(() -> receiver.deliveries().size() == 2);
    assertThat(receiver.all("newState")).containsExactly("b", "c");
    assertThat(standIn.webhooks().messages()).hasSize(4);
  }

  @Test
  void deliversTheNextOnesTwiceWithOneId() {
    standIn.webhooks().repeat(1);
    states("a");
    await().until(() -> receiver.deliveries().size() == 3);
    assertThat(receiver.deliveries().stream().map(SvixReceiver.Delivery::id).distinct()).hasSize(2);
    assertThat(receiver.deliveries().get(0).id()).isEqualTo(receiver.deliveries().get(1).id());
  }

  @Test
  void holdsAndReleasesInAnotherOrder() {
    standIn.webhooks().hold();
    states("a", "b");
    assertThat(standIn.webhooks().held()).isEqualTo(3);
    assertThat(receiver.deliveries()).isEmpty();
    standIn.webhooks().releaseReversed();
    await().until(() -> receiver.deliveries().size() == 3);
    assertThat(receiver.all("newState")).containsExactly("b", "a", "");
    standIn.put("sb-1", "c");
    await().until(() -> receiver.deliveries().size() == 4);
  }

  @Test
  void shufflesTheSameWayForTheSameSeed() {
    standIn.webhooks().hold();
    states("a", "b", "c", "d");
    standIn.webhooks().releaseShuffled(7);
    await().until(() -> receiver.deliveries().size() == 5);
    assertThat(receiver.all("newState")).containsExactlyInAnyOrder("", "a", "b", "c", "d");
  }

  @Test
  void comesBackWithWhatAnEndpointDidNotTake() {
    receiver.answer(503);
    states("a", "b");
    await().until(() -> standIn.webhooks().messages().size() == 3);
    receiver.answer(200);
    await().until(() -> receiver.deliveries().size() == 3);
    assertThat(receiver.all("newState")).containsExactly("", "a", "b");
  }

  @Test
  void sendsOneAgain() {
    states();
    standIn.webhooks().send(standIn.webhooks().messages().getFirst(), 2);
    await().until(() -> receiver.deliveries().size() == 3);
    assertThat(receiver.deliveries().stream().map(SvixReceiver.Delivery::id).distinct()).hasSize(1);
  }

  @Test
  void refusesASecretThatIsNone() {
    assertThatThrownBy(() -> standIn.webhooks(receiver.url(), "whsec_!"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("!");
  }

  @Test
  void canBeSwitchedOverHttp() throws Exception {
    Browser browser = new Browser(standIn);
    String endpoint =
        "{\"url\":\"" + receiver.url() + "\",\"secret\":\"" + SvixReceiver.SECRET + "\"}";
    assertThat(browser.call("POST", "/_standin/webhooks", endpoint).statusCode()).isEqualTo(201);
    assertThat(browser.put("/_standin/webhooks", "{\"lose\":1}").statusCode()).isEqualTo(200);
    assertThat(browser.put("/_standin/webhooks", "{\"hold\":true}").statusCode()).isEqualTo(200);
    states("a", "b");
    assertThat(standIn.webhooks().held()).isEqualTo(2);
    assertThat(browser.put("/_standin/webhooks", "{\"release\":\"reversed\"}").body())
        .contains("\"held\":0")
        .doesNotContain(SvixReceiver.SECRET);
    // Both registrations are of one endpoint: it gets each of the two twice.
    await().until(() -> receiver.deliveries().size() == 4);
    String first = standIn.webhooks().messages().getFirst().id();
    String again = "{\"message\":\"" + first + "\"}";
    assertThat(browser.call("POST", "/_standin/send", again).statusCode()).isEqualTo(202);
    await().until(() -> receiver.deliveries().size() == 6);
    for (String bad : List.of("{}", "{\"lose\":0}", "{\"release\":\"?\"}", "{\"hold\":false}")) {
      assertThat(browser.put("/_standin/webhooks", bad).statusCode()).as(bad).isEqualTo(400);
    }
  }

  /** Makes a sandbox, and puts it into one state after another. */
  private void states(String... states) {
    standIn.put("sb-1", "started");
    for (String state : states) {
      standIn.put("sb-1", state);
    }
  }

  private static List<String> names(ObjectNode json) {
    return json.properties().stream().map(Map.Entry::getKey).toList();
  }
}
