package dev.tailrace.effects;

import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.testkit.SettableClock;
import dev.tailrace.testkit.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** An application of a test's own in Streams' test driver, with a database of its own. */
final class DrivenApplication implements BeforeEachCallback, AfterEachCallback {

  static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  final SettableClock clock = new SettableClock(NOON);
  private final Application application = new Application("kitchen");
  private Optional<TestDatabase> database = Optional.empty();
  private Optional<TestDriver> driver = Optional.empty();

  @Override
  public void beforeEach(ExtensionContext context) throws SQLException {
    database = Optional.of(TestDatabase.create());
    Database.migrate(database().dataSource());
  }

  @Override
  public void afterEach(ExtensionContext context) {
    driver.ifPresent(TestDriver::close);
    database().close();
  }

  /** Registers a consumer; all are there before it is opened. */
  Application.Named consumer(String name) {
    return application.consumer(name);
  }

  /** To be told more of, before it is opened. */
  Application application() {
    return application;
  }

  /**
   * Begins to run.
   *
   * @param state an empty folder
   */
  void open(Path state) {
    driver = Optional.of(new TestDriver(application, database().dataSource(), clock, state));
  }

  TestDriver driver() {
    return driver.orElseThrow();
  }

  TestDatabase database() {
    return database.orElseThrow();
  }
}
