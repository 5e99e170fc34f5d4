package dev.tailrace.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.service.Service;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The relay's thread ends with the service, and the service with it. */
class RelayThreadIT {

  private Scenario scenario;

  @BeforeEach
  void arrange() throws SQLException {
    scenario = Scenario.create();
  }

  @AfterEach
  void clear() {
    scenario.close();
  }

  @Test
  void endsTheServiceWithAnError() throws Exception {
    try (Service service = RelayMain.start(scenario.config, new BrokenClock())) {
      Scenario.awaitReady(service);
      scenario.append("measured");
      assertThat(service.awaitEnd().orElseThrow()).hasMessage("the clock is broken");
    }
  }

  @Test
  void outlivesAnInterruptThatIsNoStop() throws Exception {
    Service service = scenario.start();
    for (int i = 0; i < 3; i++) {
      relays().forEach(Thread::interrupt);
      scenario.append("after " + i);
    }
    scenario.awaitEvents(3);
    Scenario.awaitReady(service);
    service.close();
    for (Thread relay : relays()) {
      relay.join(5_000);
    }
    assertThat(relays()).as("a stop ends it").isEmpty();
  }

  private static List<Thread> relays() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("relay"))
        .toList();
  }

  private static final class BrokenClock extends Clock {
    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      throw new AssertionError("the clock is broken");
    }
  }
}
