package dev.tailrace.ingest;

import dev.tailrace.contracts.service.Health;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Whether Postgres answers within a second, asked on a connection that no request waits for: being
 * busy is no reason to be taken out of service.
 */
record PostgresAnswers(DataSource aside) implements Health.Check {

  private static final int SECONDS = 1;

  @Override
  public Optional<String> problem() throws SQLException {
    try (Connection connection = aside.getConnection()) {
      return connection.isValid(SECONDS)
          ? Optional.empty()
          : Optional.of("no answer within " + SECONDS + " s");
    }
  }
}
