package dev.tailrace.contracts.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.contracts.event.KitchenEvent.TaskProgress;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NewEventTest {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  @Test
  void aRecordKnowsItsTypeAndItsKey() {
    NewEvent event = NewEvent.of("org_1", NOON, new TaskProgress("task-1", "emp-1", 40, NOON));

    assertThat(event.type().name()).isEqualTo("kitchen.task.progress");
    assertThat(event.aggregateType()).isEqualTo("kitchen_task");
    assertThat(event.aggregateId()).isEqualTo("task-1");
    assertThat(event.payload())
        .isEqualTo(
            """
            {"taskId":"task-1","employeeId":"emp-1","progressPercent":40,"updatedAt":"2026-01-31T12:00:00Z"}""");
    assertThat(event.check()).isEmpty();
  }

  @Test
  void aTenantThatCouldReachAnothersChannelIsRefused() {
    for (String tenant : new String[] {"", " ", "a:b", "*", "a b", "a\tb", "a\u0000b"}) {
      assertThatThrownBy(() -> event(tenant, "{}"))
          .as("tenant '%s'", tenant)
          .isInstanceOfSatisfying(
              InvalidEventException.class,
              e -> assertThat(e.problems()).extracting(Problem::path).contains("/tenantId"));
    }
  }

  @Test
  void everyProblemOfThePayloadIsTold() {
    assertThat(
            event("org_1", "{\"taskId\":\" \",\"progressPercent\":140,\"updatedAt\":\"noon\"}")
                .check())
        .extracting(Problem::path)
        .containsExactlyInAnyOrder(
            "/payload/employeeId",
            "/payload/progressPercent",
            "/payload/taskId",
            "/payload/updatedAt");
  }

  @Test
  void aNumberOutOfItsBoundsIsShown() {
    assertThat(NewEvent.of("org_1", NOON, new TaskProgress("t", "e", 140, NOON)).check().getFirst())
        .hasToString("/payload/progressPercent must have a maximum value of 100, was 140");
  }

  @Test
  void aNumberThatNoConsumerCanReadIsRefused() {
    for (String number : new String[] {"1e99", "-1e99", "18446744073709551666", "1e999999999"}) {
      assertThat(progress(number).check())
          .as(number)
          .singleElement()
          .satisfies(
              problem -> {
                assertThat(problem.path()).isEqualTo("/payload/progressPercent");
                assertThat(problem.problem()).isNotBlank();
              });
    }
    assertThat(progress("5e1").check()).isEmpty();
  }

  @Test
  void whatIsNoJsonIsToldByItsPlaceAndNeverQuoted() {
    assertThat(event("org_1", "{\n  \"taskId\": hunter2}").check())
        .containsExactly(new Problem("/payload", "is no JSON at line 2, column 13"));
    assertThat(event("org_1", "{\"hunter2\": 1, \"hunter2\": 2}").check())
        .singleElement()
        .asString()
        .startsWith("/payload is no JSON at line 1, column ")
        .doesNotContain("hunter2");
    assertThat(event("org_1", "{\"taskId\": 1e9999999999}").check())
        .containsExactly(new Problem("/payload", "is no JSON that can be read"));
  }

  @Test
  void thePayloadMustBeAnObject() {
    assertThat(event("org_1", "[]").check())
        .containsExactly(new Problem("/payload", "must be a JSON object"));
    assertThat(event("org_1", "{").check()).extracting(Problem::path).containsExactly("/payload");
  }

  @Test
  void anEnvelopeOver900000BytesIsRefused() {
    assertThat(event("org_1", "{\"x\":\"" + "é".repeat(450_000) + "\"}").check())
        .singleElement()
        .satisfies(problem -> assertThat(problem.problem()).contains("at most 900000 are taken"));
  }

  private static NewEvent progress(String percent) {
    return event(
        "org_1",
        """
        {"taskId":"t","employeeId":"e","progressPercent":%s,"updatedAt":"2026-01-31T12:00:00Z"}"""
            .formatted(percent));
  }

  private static NewEvent event(String tenant, String payload) {
    return new NewEvent(
        Catalogue.of(TaskProgress.class),
        tenant,
        "kitchen_task",
        "task-1",
        NOON,
        payload,
        Optional.empty(),
        Origin.NONE);
  }
}
