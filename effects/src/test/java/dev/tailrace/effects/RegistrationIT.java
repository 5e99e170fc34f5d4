package dev.tailrace.effects;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.KitchenEvent.TaskClaimed;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.testkit.SettableClock;
import dev.tailrace.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a registration says is what the processor does; in Streams' own test driver. */
class RegistrationIT {

  private final SettableClock clock = new SettableClock(Instant.parse("2026-01-31T12:00:00Z"));
  private final List<String> seen = new ArrayList<>();
  private final Application application = new Application("kitchen");
  private TestDatabase database;
  private Optional<TestDriver> driver = Optional.empty();

  @TempDir private Path state;

  @BeforeEach
  void migrate() throws SQLException {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
  }

  @AfterEach
  void close() {
    driver().close();
    database.close();
  }

  private void open() {
    driver = Optional.of(new TestDriver(application, database.dataSource(), clock, state));
  }

  private TestDriver driver() {
    return driver.orElseThrow();
  }

  private void arrives(int number, String task) {
    driver().arrives(Kitchen.claimed(number, task));
  }

  @Test
  void anEffectWithADelayWaitsForItAndHoldsItsLane() {
    application
        .consumer("remind")
        .on(TaskClaimed.class)
        .delay(Duration.ofMinutes(10))
        .handle(
            effect -> {
              seen.add(effect.event().employeeId());
              return Outcome.done("reminded");
            });
    open();
    arrives(1, "a");
    driver().passes(Duration.ofMinutes(6));
    arrives(2, "a");
    assertThat(seen).isEmpty();

    driver().passes(Duration.ofMinutes(5));
    assertThat(seen).containsExactly("emp-1");

    driver().passes(Duration.ofMinutes(6));
    assertThat(seen).containsExactly("emp-1", "emp-2");
  }

  @Test
  void whatNoFurtherTryWouldMendIsDeadAtOnce() {
    application
        .consumer("parse")
        .on(TaskClaimed.class)
        .deadOn(IllegalArgumentException.class)
        .handle(
            effect -> {
              if (effect.event().taskId().equals("a")) {
                throw new NumberFormatException("no number");
              }
              throw new IOException("the line is down");
            });
    open();
    arrives(1, "a");
    arrives(2, "b");

    assertThat(driver().dead())
        .singleElement()
        .asString()
        .startsWith("parse 1 ")
        .contains("no number");
    assertThat(driver().pending()).isEqualTo(1);
  }
}
