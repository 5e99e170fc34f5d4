package dev.tailrace.contracts.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.contracts.machine.MachineState.Active;
import dev.tailrace.contracts.machine.MachineState.Failed;
import dev.tailrace.contracts.machine.MachineState.Starting;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.token.ApiTokens;
import dev.tailrace.contracts.token.Grant;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.TestDatabase;
import java.net.URI;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MachinesIT {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  private TestDatabase database;

  @BeforeEach
  void start() throws SQLException {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
    database.execute("insert into organization (id, name, slug) values ('org_1', 'One', 'one')");
    database.execute(
        "insert into project (id, organization_id, name, slug) values ('prj_1', 'org_1', 'One', 'one')");
    machine("mch_1", "starting");
  }

  @AfterEach
  void stop() {
    database.close();
  }

  private void machine(String id, String state) {
    database.execute(
        "insert into machine (id, project_id, name, provider, state) values (?, 'prj_1', ?, 'daytona', ?)",
        id,
        id,
        state);
  }

  private <T> T in(Database.Work<T> work) throws SQLException {
    return Database.inTransaction(database.dataSource(), work);
  }

  private Machine locked(String id) throws SQLException {
    return in(connection -> Machines.lock(connection, id).orElseThrow());
  }

  @Test
  void aMachineIsReadWithItsProjectsOrganization() throws SQLException {
    database.execute(
        "update machine set external_id = 'sb_1', url = 'https://8080-sb.example.com', state = 'failed', failure = 'no room'");
    Machine machine = in(connection -> Machines.find(connection, "mch_1").orElseThrow());

    assertThat(machine.organizationId()).isEqualTo("org_1");
    assertThat(machine.externalId()).contains("sb_1");
    assertThat(machine.url()).contains(URI.create("https://8080-sb.example.com"));
    assertThat(machine.state()).isEqualTo(new Failed("no room"));
    Optional<Machine> unknown = in(connection -> Machines.find(connection, "mch_9"));
    assertThat(unknown).isEmpty();
  }

  @Test
  void theOneThatServesIsFound() throws SQLException {
    assertThat(active()).isEmpty();
    machine("mch_2", "active");

    assertThat(active()).map(Machine::id).contains("mch_2");
    List<Machine> all = in(connection -> Machines.ofProject(connection, "prj_1"));
    assertThat(all).extracting(Machine::id).containsExactlyInAnyOrder("mch_1", "mch_2");
  }

  private Optional<Machine> active() throws SQLException {
    return in(connection -> Machines.activeOf(connection, "prj_1"));
  }

  @Test
  void itIsMovedWithItsReason() throws SQLException {
    in(
        connection -> {
          Machine machine = Machines.lock(connection, "mch_1").orElseThrow();
          Machines.move(connection, machine, new Starting().failed("no room"), NOON);
          return machine;
        });

    assertThat(locked("mch_1").state()).isEqualTo(new Failed("no room"));
  }

  @Test
  void itIsNotMovedFromWhereItIsNotAnyMore() throws SQLException {
    Machine before = locked("mch_1");
    database.execute("update machine set state = 'active'");

    assertThatThrownBy(
            () ->
                in(
                    connection -> {
                      Machines.move(connection, before, new Starting().promoted(), NOON);
                      return before;
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("lock it");
    assertThat(locked("mch_1").state()).isEqualTo(new Active());
  }

  @Test
  void whatItIsAtItsProviderIsWrittenAndIsNoOthers() throws SQLException {
    machine("mch_2", "starting");
    identify("mch_1", "sb_1");

    assertThat(locked("mch_1").externalId()).contains("sb_1");
    assertThatThrownBy(() -> identify("mch_2", "sb_1"))
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("23505"));
  }

  private void identify(String id, String externalId) throws SQLException {
    in(
        connection -> {
          Machine machine = Machines.lock(connection, id).orElseThrow();
          Machines.identify(connection, machine, externalId, NOON);
          return machine;
        });
  }

  @Test
  void whoLocksLaterWaitsAndSeesWhatTheOtherHasDone() throws Exception {
    machine("mch_2", "starting");
    CompletableFuture<Machine> other =
        in(
            connection -> {
              Machine machine = Machines.lock(connection, "mch_1").orElseThrow();
              CompletableFuture<Machine> waits =
                  CompletableFuture.supplyAsync(
                      () -> {
                        try {
                          return locked("mch_2");
                        } catch (SQLException e) {
                          throw new IllegalStateException(e);
                        }
                      });
              Await.until("another of the project waits", this::somebodyWaits);
              assertThat(waits).isNotDone();
              Machines.move(connection, machine, new Starting().promoted(), NOON);
              return waits;
            });

    assertThat(other.get().id()).isEqualTo("mch_2");
    assertThat(locked("mch_1").state()).isEqualTo(new Active());
  }

  private boolean somebodyWaits() {
    return database.count(
            """
            select count(*) from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'""")
        > 0;
  }

  @Test
  void allTokensOfItsDaemonEndTogether() throws SQLException {
    machine("mch_2", "starting");
    for (String id : new String[] {"mch_1", "mch_1", "mch_2"}) {
      in(connection -> ApiTokens.create(connection, "daemon", new Grant.Daemon(id), NOON));
    }

    assertThat(revoked("mch_1")).isEqualTo(2);
    assertThat(revoked("mch_1")).isZero();
    assertThat(database.strings("select machine_id from api_token where revoked_at is null"))
        .containsExactly("mch_2");
  }

  private int revoked(String machine) throws SQLException {
    return in(connection -> ApiTokens.revokeOfMachine(connection, machine, NOON));
  }
}
