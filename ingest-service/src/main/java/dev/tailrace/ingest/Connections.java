package dev.tailrace.ingest;

import dev.tailrace.contracts.event.ConnectionEvent;
import dev.tailrace.contracts.event.NewEvent;
import dev.tailrace.contracts.event.Origin;
import dev.tailrace.contracts.outbox.Outbox;
import dev.tailrace.contracts.sealing.Sealing;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Stores what was connected: connection, sealed tokens and event in one transaction, or none. */
final class Connections {

  private static final String UNIQUE_VIOLATION = "23505";

  private final Transactions transactions;

  Connections(Transactions transactions) {
    this.transactions = transactions;
  }

  /** What became of it. */
  sealed interface Stored {

    /** It is committed. */
    record Connected(String connectionId, String tenantId) implements Stored {}

    /** The workspace belongs to another project; nothing was written. */
    record OtherProject() implements Stored {}
  }

  /**
   * Stores what was granted; when this returns, what it says is committed. An account that was
   * connected before is the same connection with new tokens, and told of again.
   *
   * @throws SQLException when the database is away; the code is spent then, and the person starts
   *     again
   */
  Stored store(
      OAuthStates.Journey journey,
      ConnectedAccount account,
      Sealing sealing,
      Instant now,
      Optional<String> traceparent)
      throws SQLException {
    try {
      return transactions.run(
          connection -> {
            String tenant = tenant(connection, journey.projectId());
            String id = upsert(connection, journey, account);
            List<String> secrets = new ArrayList<>();
            for (Token token : account.tokens()) {
              secrets.add(Secrets.keep(connection, journey.projectId(), id, token, sealing, now));
            }
            Outbox.append(
                connection,
                NewEvent.of(tenant, now, event(journey, account, tenant, id, secrets))
                    .withOrigin(Origin.traced(traceparent)));
            return new Stored.Connected(id, tenant);
          });
    } catch (SQLException e) {
      // Another project's row of the same workspace, even one that was written at the same moment.
      if (UNIQUE_VIOLATION.equals(e.getSQLState()) && journey.provider() == OAuthProvider.SLACK) {
        return new Stored.OtherProject();
      }
      throw e;
    }
  }

  private static String tenant(Connection connection, String projectId) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("select organization_id from project where id = ?")) {
      select.setString(1, projectId);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          throw new IllegalStateException("a state's project is there as long as the state");
        }
        return row.getString(1);
      }
    }
  }

  /** The row stays locked until the commit, so two callbacks of one account come one by one. */
  private static String upsert(
      Connection connection, OAuthStates.Journey journey, ConnectedAccount account)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into connection (id, project_id, provider, external_id, user_id, scope, name)
            values ('con_' || replace(uuidv7()::text, '-', ''), ?, ?, ?, ?, ?, ?)
            on conflict (project_id, provider, external_id) do update set
              user_id = excluded.user_id, scope = excluded.scope, name = excluded.name,
              updated_at = clock_timestamp()
            returning id""")) {
      insert.setString(1, journey.projectId());
      insert.setString(2, journey.provider().id());
      insert.setString(3, account.externalId());
      insert.setString(4, journey.userId());
      insert.setString(5, account.scope());
      insert.setString(6, account.name());
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        return row.getString(1);
      }
    }
  }

  private static ConnectionEvent event(
      OAuthStates.Journey journey,
      ConnectedAccount account,
      String organization,
      String id,
      List<String> secrets) {
    String project = journey.projectId();
    String external = account.externalId();
    return switch (journey.provider()) {
      case SLACK -> new ConnectionEvent.SlackCreated(id, project, organization, external, secrets);
      case GITHUB ->
          new ConnectionEvent.GithubCreated(id, project, organization, external, secrets);
      case GOOGLE ->
          new ConnectionEvent.GoogleCreated(
              id, project, organization, Optional.of(journey.userId()), external, secrets);
    };
  }
}
