package dev.tailrace.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tailrace.contracts.sealing.Sealing;
import dev.tailrace.contracts.sealing.SealingKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Projects with a machine each, whose daemon is one of the server's: in Postgres for who looks
 * there, in a file for who does not. A lane's name is its project's id.
 */
final class ForwardingScene {

  private static final String SECRET =
      "whsec_"
          + Base64.getEncoder().encodeToString("tailrace-bench-machine-secret-32".getBytes(UTF_8));

  private final DaemonServer daemons;
  private final String keyset = SealingKeys.fresh();
  private final Sealing sealing = Sealing.read(keyset).orElseThrow();

  ForwardingScene(DaemonServer daemons) {
    this.daemons = daemons;
  }

  /** What the machines' secrets are sealed with. */
  String keyset() {
    return keyset;
  }

  /** The daemons behave as this load says from now on, and count what is delivered to them. */
  Tally serve(EffectLoad load) {
    return daemons.serve(load);
  }

  /** The file that {@link DaemonsDestination} reads: the secret, then each project and its url. */
  Path file(Stage stage, String id, EffectLoad load) throws IOException {
    List<String> lines =
        IntStream.range(0, load.lanes())
            .mapToObj(lane -> load.lane(lane) + " " + daemons.url(lane))
            .toList();
    Path file = stage.folder().resolve(id + ".daemons");
    Files.write(file, List.of(SECRET));
    Files.write(file, lines, StandardOpenOption.APPEND);
    return file;
  }

  /** The rows from which forwarding finds the same. */
  void fill(Stage stage, EffectLoad load) throws SQLException {
    try (Connection connection = stage.connect()) {
      connection.setAutoCommit(false);
      stage.execute(
          "insert into organization (id, name, slug) values ('org_bench', 'Bench', 'bench') on conflict do nothing");
      try (PreparedStatement project =
              connection.prepareStatement(
                  """
                  insert into project (id, organization_id, name, slug)
                  values (?, 'org_bench', 'Bench', ?) on conflict do nothing""");
          PreparedStatement machine =
              connection.prepareStatement(
                  """
                  insert into machine (id, project_id, name, provider, state, url)
                  values (?, ?, 'Bench', 'daytona', 'active', ?) on conflict do nothing""");
          PreparedStatement secret =
              connection.prepareStatement(
                  """
                  insert into machine_secret (machine_id, sealed_signing)
                  values (?, ?) on conflict do nothing""")) {
        for (int lane = 0; lane < load.lanes(); lane++) {
          String id = load.lane(lane);
          String machineId = "mch-" + id;
          add(project, id, id);
          add(machine, machineId, id, daemons.url(lane).toString());
          secret.setString(1, machineId);
          secret.setBytes(2, sealed(machineId));
          secret.addBatch();
        }
        project.executeBatch();
        machine.executeBatch();
        secret.executeBatch();
      }
      connection.commit();
    }
    stage.execute("analyze project", "analyze machine", "analyze machine_secret");
  }

  private byte[] sealed(String machineId) {
    return sealing
        .seal(SECRET, new Sealing.Place("machine_secret.sealed_signing", machineId))
        .bytes();
  }

  private static void add(PreparedStatement insert, String... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      insert.setString(i + 1, values[i]);
    }
    insert.addBatch();
  }
}
