package dev.tailrace.consumers.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.AnalyticsEvent;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.testkit.RelayedEvent;
import org.junit.jupiter.api.Test;

class CaptureTest {

  @Test
  void hasTheEventsOwnIdAndTimeAndItsGroupsAmongItsProperties() throws Exception {
    assertThat(Capture.of(Counted.received(Counted.captured("signed_up", "user-1"))))
        .isEqualTo(
            new Capture(
                RelayedEvent.id(1),
                "signed_up",
                "user-1",
                (ObjectNode)
                    Json.read("{\"plan\":\"pro\",\"$groups\":{\"organization\":\"org_1\"}}"),
                Counted.NOON));
  }

  @Test
  void leavesTheEventAsItWas() {
    var event = Counted.captured("signed_up", "user-1");
    Capture.of(Counted.received(event));

    assertThat(event).isEqualTo(Counted.captured("signed_up", "user-1"));
  }

  @Test
  void anExceptionIsOneOfPostHogsWithItsNameAsTheType() {
    var event = Counted.exception("TimeoutError", Counted.object().put("message", "too slow"));

    assertThat(Capture.of(Counted.received(event)).event()).isEqualTo("$exception");
    assertThat(properties(event))
        .isEqualTo(
            "{\"message\":\"too slow\",\"$exception_list\":[{\"type\":\"TimeoutError\",\"value\":\"too slow\"}]}");
  }

  @Test
  void anExceptionWithoutAMessageSaysItsName() {
    assertThat(properties(Counted.exception("TimeoutError", Counted.object())))
        .isEqualTo(
            "{\"$exception_list\":[{\"type\":\"TimeoutError\",\"value\":\"TimeoutError\"}]}");
  }

  @Test
  void exceptionsThatAreListedStayAsTheyAre() {
    ObjectNode properties = Counted.object();
    properties.putArray("$exception_list").addObject().put("type", "Error").put("value", "no");

    assertThat(properties(Counted.exception("$exception", properties)))
        .isEqualTo("{\"$exception_list\":[{\"type\":\"Error\",\"value\":\"no\"}]}");
  }

  private static String properties(AnalyticsEvent event) {
    return Json.write(Capture.of(Counted.received(event)).properties());
  }
}
