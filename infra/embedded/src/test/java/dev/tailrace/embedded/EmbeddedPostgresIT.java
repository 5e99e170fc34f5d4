package dev.tailrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedPostgresIT {
  @TempDir Path directory;

  @Test
  void survivesARestart() throws SQLException {
    try (var postgres = start()) {
      execute(postgres, "create table kept as select 1 as id");
    }
    try (var postgres = start()) {
      assertThat(ask(postgres, "select count(*) from kept")).isEqualTo("1");
    }
  }

  @Test
  void keepsCommittedRowsThroughAKill() throws SQLException {
    var killed = start();
    execute(killed, "create table kept (id int)");
    try (var writer = connect(killed)) {
      for (int row = 0; row < 200; row++) {
        writer.createStatement().execute("insert into kept values (1)");
      }
      writer.setAutoCommit(false);
      writer.createStatement().execute("insert into kept values (2)");
      killed.kill();
    } catch (SQLException theConnectionDiedWithTheServer) {
      // As it should.
    }

    assertThat(isGone(killed.pid())).isTrue();
    try (var postgres = start()) {
      assertThat(ask(postgres, "select count(*) from kept")).isEqualTo("200");
      assertThat(ask(postgres, "select sum(id) from kept")).isEqualTo("200");
    }
  }

  @Test
  void isDurableAndDecodesLogically() throws SQLException {
    try (var postgres = start()) {
      assertThat(ask(postgres, "show fsync")).isEqualTo("on");
      assertThat(ask(postgres, "show synchronous_commit")).isEqualTo("on");
      assertThat(ask(postgres, "show wal_level")).isEqualTo("logical");
      assertThat(ask(postgres, "show listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(ask(postgres, "show track_commit_timestamp")).isEqualTo("on");
      assertThat(ask(postgres, "show wal_sender_timeout")).isEqualTo("15s");
      assertThat(ask(postgres, "show server_version")).isEqualTo(postgres.version());
      assertThat(postgres.version()).startsWith("18.");
    }
  }

  @Test
  void takesTheCallersSettings() throws SQLException {
    var settings = Map.of("work_mem", "7MB", "application_name", "it's \\ here");
    try (var postgres = EmbeddedPostgres.start(directory, 0, settings)) {
      assertThat(ask(postgres, "show work_mem")).isEqualTo("7MB");
      assertThat(ask(postgres, "select reset_val from pg_settings where name = 'application_name'"))
          .isEqualTo("it's \\ here");
    }
  }

  @Test
  void saysWhyPostgresRefuses() {
    assertThatThrownBy(() -> EmbeddedPostgres.start(directory, 0, Map.of("no_such_thing", "1")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("unrecognized configuration parameter \"no_such_thing\"");
  }

  @Test
  void stopsAnOrphanAndTakesItsFilesOver() throws Exception {
    var owner = OtherJvm.runs(PostgresOwner.class, directory);
    long orphan = Long.parseLong(owner.says());
    owner.kill();
    assertThat(isGone(orphan)).isFalse();

    try (var postgres = start()) {
      assertThat(isGone(orphan)).isTrue();
      assertThat(ask(postgres, "select count(*) from made_by_the_other")).isEqualTo("1");
    }
  }

  @Test
  void leavesAServerAloneWhoseOwnerLives() throws Exception {
    try (var owner = OtherJvm.runs(PostgresOwner.class, directory)) {
      long pid = Long.parseLong(owner.says());
      assertThatThrownBy(this::start).hasMessageContaining("Another running server uses");
      assertThat(isGone(pid)).isFalse();
    }
    start().close();
  }

  @Test
  void ignoresAStalePidFileWhoseNumberNowBelongsToAnother() throws Exception {
    start().close();
    var pidFile = directory.resolve("cluster").resolve("postmaster.pid");
    var stale = "%d%n%s%n1%n5432%n%n127.0.0.1%n".formatted(ProcessHandle.current().pid(), pidFile);
    Files.writeString(pidFile, stale);

    start().close();
  }

  @Test
  void beginsAgainAfterAnInitialisationThatWasCutShort() throws Exception {
    Files.createDirectories(directory.resolve("cluster.new").resolve("base"));
    start().close();
  }

  @Test
  void namesThePortThatIsInUse() throws IOException {
    try (var other = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      assertThatThrownBy(() -> EmbeddedPostgres.start(directory, other.getLocalPort(), Map.of()))
          .isInstanceOf(PortInUseException.class)
          .hasMessageContaining(Integer.toString(other.getLocalPort()));
    }
  }

  @Test
  void listensOnTheAskedPortAgainRightAfterAStop() throws SQLException {
    int port;
    try (var postgres = start()) {
      port = postgres.port();
      assertThat(ask(postgres, "select 1")).isEqualTo("1");
    }
    try (var postgres = EmbeddedPostgres.start(directory, port, Map.of())) {
      assertThat(postgres.port()).isEqualTo(port);
    }
  }

  private EmbeddedPostgres start() {
    return EmbeddedPostgres.start(directory, 0, Map.of());
  }

  private static boolean isGone(long pid) {
    return ProcessHandle.of(pid).flatMap(process -> process.info().command()).isEmpty();
  }

  private static Connection connect(EmbeddedPostgres postgres) throws SQLException {
    return DriverManager.getConnection(postgres.jdbcUrl("postgres"), postgres.user(), "");
  }

  private static void execute(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (var connection = connect(postgres);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String ask(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (var connection = connect(postgres);
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
