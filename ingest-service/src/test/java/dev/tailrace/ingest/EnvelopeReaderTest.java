package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.NewEvent;
import dev.tailrace.contracts.event.Problem;
import dev.tailrace.contracts.outbox.Prepared;
import dev.tailrace.testkit.SettableClock;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class EnvelopeReaderTest {

  private static final String PAYLOAD =
      "{ \"taskId\":\"t1\",\t\"employeeId\":\"e1\", \"claimedAt\":\"2026-01-01T00:00:00.000Z\", \"x\":1.50e0 }";
  private static final String GOOD =
      "{\"type\":\"kitchen.task.claimed\",\"tenantId\":\"org_1\",\"aggregateId\":\"t1\",\"payload\":"
          + PAYLOAD
          + "}";

  private final SettableClock clock = new SettableClock();
  private final EnvelopeReader reader = new EnvelopeReader(clock);

  @Test
  void fillsInWhatMayBeLeftOut() {
    NewEvent event = events(GOOD).getFirst();
    assertThat(event.aggregateType()).isEqualTo("kitchen_task");
    assertThat(event.occurredAt()).isEqualTo(clock.instant());
    assertThat(event.dedupeKey()).isEmpty();
  }

  @Test
  void passesThePayloadOnAsItStands() {
    assertThat(events(GOOD).getFirst().payload()).isEqualTo(PAYLOAD);
    assertThat(events(" [ " + GOOD + " , " + GOOD + " ] "))
        .extracting(NewEvent::payload)
        .containsExactly(PAYLOAD, PAYLOAD);
    assertThat(events("{ \"events\" : [" + GOOD + "]}").getFirst().payload()).isEqualTo(PAYLOAD);
  }

  @Test
  void findsThePayloadInALongText() {
    String list = String.join(",", Collections.nCopies(400, GOOD));
    assertThat(events("[" + list + "]")).extracting(NewEvent::payload).containsOnly(PAYLOAD);
  }

  @Test
  void takesTheRequestsTraceUnlessTheEventBringsItsOwn() {
    String request = "00-11111111111111111111111111111111-2222222222222222-01";
    String own = "00-33333333333333333333333333333333-4444444444444444-01";
    var traced =
        (EnvelopeReader.Envelopes)
            reader.read(
                body("[" + GOOD + "," + with("\"traceparent\":\"" + own + "\"") + "]"),
                Optional.of(request));
    assertThat(traced.events())
        .extracting(event -> event.event().origin().traceparent().orElseThrow())
        .containsExactly(request, own);
  }

  @Test
  void tellsEverythingThatIsWrongAtOnce() {
    var problems =
        problems(
            """
            {"type":"kitchen.task.progress","tenantId":" ","aggregateld":"t1","id":"x","version":2,
             "occurredAt":"2026-01-01T00:00:00+02:00","traceparent":"00-0-0-0","dedupeKey":7,
             "payload":{"taskId":"t1","employeeId":"e1","progressPercent":140,"updatedAt":"2026-01-01T00:00:00Z"}}""");
    assertThat(problems)
        .extracting(Problem::path)
        .containsExactlyInAnyOrder(
            "/aggregateld",
            "/id",
            "/version",
            "/tenantId",
            "/aggregateId",
            "/dedupeKey",
            "/occurredAt",
            "/traceparent",
            "/payload/progressPercent");
    assertThat(problems)
        .extracting(Problem::problem)
        .contains("unknown; did you mean aggregateId?");
  }

  @Test
  void refusesATypeThatIsNotCatalogued() {
    assertThat(problems(GOOD.replace("task.claimed", "task.claimd")))
        .containsExactly(
            new Problem("/type", "is not in the catalogue; did you mean kitchen.task.claimed?"));
  }

  @Test
  void refusesATypeThatVerifiedDeliveriesAloneAreGiven() {
    assertThat(problems(GOOD.replace("kitchen.task.claimed", "acme:received")))
        .contains(
            new Problem(
                "/type",
                "is given to verified deliveries alone: have them posted to their webhook"));
  }

  @Test
  void refusesATenantWhoseChannelWouldReachAnothers() {
    assertThat(problems(GOOD.replace("org_1", "org:*")))
        .extracting(Problem::path)
        .containsExactly("/tenantId");
  }

  @Test
  void refusesAPayloadThatIsNoObject() {
    for (String payload : List.of("null", "7", "\"x\"", "[]")) {
      assertThat(problems(GOOD.replace(PAYLOAD, payload)))
          .extracting(Problem::path)
          .containsExactly("/payload");
    }
  }

  @Test
  void refusesAnInstantBeyondWhatPostgresKeeps() {
    assertThat(problems(with("\"occurredAt\":\"+1000000000-12-31T23:59:59Z\"")))
        .extracting(Problem::path)
        .containsExactly("/occurredAt");
  }

  @Test
  @Timeout(10)
  void refusesNumbersThatTheTypeDoesNotHold() {
    for (String number : List.of("140", "-1", "0.5", "1e-999999999")) {
      assertThat(problems(progress(number)))
          .describedAs(number)
          .extracting(Problem::path)
          .contains("/payload/progressPercent");
    }
  }

  @Test
  void namesTheEnvelopesThatAreWrong() {
    var refused =
        (EnvelopeReader.Refused)
            reader.read(
                body("[" + GOOD + ",7," + GOOD.replace("org_1", "") + "]"), Optional.empty());
    assertThat(refused.title()).isEqualTo("2 of 3 events refused, nothing stored");
    assertThat(refused.problems())
        .isEqualTo(
            Map.of(
                1, List.of(new Problem("", "must be an object, was number")),
                2, List.of(new Problem("/tenantId", "must not be blank"))));
  }

  @Test
  void takesNoMoreThanFiveHundredAndNoLessThanOne() {
    assertThat(events("[" + "%s,".formatted(GOOD).repeat(499) + GOOD + "]")).hasSize(500);
    assertThat(
            reader.read(
                body("[" + "%s,".formatted(GOOD).repeat(500) + GOOD + "]"), Optional.empty()))
        .isInstanceOf(EnvelopeReader.NoEnvelopes.class);
    assertThat(reader.read(body("[]"), Optional.empty()))
        .isInstanceOf(EnvelopeReader.NoEnvelopes.class);
  }

  @Test
  void refusesWhatIsNoJson() {
    for (String text : List.of("", "{", "nul", "[1,]", GOOD + "x", "{\"a\":1,\"a\":2}", "7")) {
      assertThat(reader.read(body(text), Optional.empty()))
          .describedAs(text)
          .isInstanceOf(EnvelopeReader.NoEnvelopes.class);
    }
  }

  private static String progress(String percent) {
    String payload =
        "{\"taskId\":\"t\",\"employeeId\":\"e\",\"progressPercent\":"
            + percent
            + ",\"updatedAt\":\"2026-01-01T00:00:00Z\"}";
    return GOOD.replace("task.claimed", "task.progress").replace(PAYLOAD, payload);
  }

  private static String with(String field) {
    return GOOD.replaceFirst("\\{", "{" + field + ",");
  }

  private List<NewEvent> events(String text) {
    return ((EnvelopeReader.Envelopes) reader.read(body(text), Optional.empty()))
        .events().stream().map(Prepared::event).toList();
  }

  private List<Problem> problems(String envelope) {
    var refused = (EnvelopeReader.Refused) reader.read(body(envelope), Optional.empty());
    return refused.problems().values().stream().flatMap(List::stream).toList();
  }

  private static Body body(String text) {
    return Body.of(text.getBytes(UTF_8));
  }
}
