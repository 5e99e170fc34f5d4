package dev.tailrace.consumers.forwarding;

import dev.tailrace.contracts.sealing.SealedText;
import dev.tailrace.contracts.sealing.Sealing;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;

/**
 * Where something goes at this moment: from a project, a team of Slack's, the sender of a mail or a
 * machine to the machine that serves, with its address and its secret. Each is one query.
 */
final class Directory {

  /** Behind a relation {@code given (project_id)}; a project has at most one active machine. */
  private static final String ITS_MACHINE =
      """

      left join machine on machine.project_id = given.project_id and machine.state = 'active'
      left join machine_secret on machine_secret.machine_id = machine.id""";

  private static final String COLUMNS =
      "select given.project_id, machine.id, machine.url, machine_secret.sealed_signing from ";

  private final Jdbi database;
  private final Sealing sealing;

  Directory(DataSource database, Sealing sealing) {
    this.database = Jdbi.create(database);
    this.sealing = sealing;
  }

  /** The machine of a project. */
  Aimed ofProject(String projectId) {
    return found(
            COLUMNS + "(select cast(:project as text) as project_id) as given" + ITS_MACHINE,
            query -> query.bind("project", projectId))
        .orElse(new Aimed.NoMachine(projectId));
  }

  /** The machine of the project that a team of Slack's is connected to now. */
  Aimed ofTeam(String teamId) {
    return found(
            COLUMNS
                + """
                (select project_id from connection
                 where provider = 'slack' and external_id = :team) as given"""
                + ITS_MACHINE,
            query -> query.bind("team", teamId))
        .orElse(new Aimed.Unowned(teamId));
  }

  /**
   * The machine of one of the projects of a mail's sender: the project that a recipient names, else
   * the first that has an active machine, else the first.
   *
   * @param sender the address alone, in lower case
   * @param slugs that stand behind the plus signs of the recipients
   */
  Aimed ofMail(String sender, List<String> slugs) {
    return found(
            COLUMNS
                + """
                (select project.id as project_id, project.slug, project.created_at
                 from app_user
                   join membership on membership.user_id = app_user.id
                   join project on project.organization_id = membership.organization_id
                 where lower(app_user.email) = :sender) as given"""
                + ITS_MACHINE
                + """

                order by given.slug = any (string_to_array(:slugs, chr(10))) desc,
                  machine.id is not null desc,
                  given.created_at, given.project_id
                limit 1""",
            query -> query.bind("sender", sender).bind("slugs", String.join("\n", slugs)))
        .orElse(new Aimed.Unowned(sender));
  }

  /** This machine, if it still serves its project. */
  Aimed ofMachine(String machineId) {
    return found(
            """
            select project_id, machine.id, machine.url, machine_secret.sealed_signing
            from machine left join machine_secret on machine_secret.machine_id = machine.id
            where machine.id = :machine and machine.state = 'active'""",
            query -> query.bind("machine", machineId))
        .orElse(new Aimed.Unowned(machineId));
  }

  /** The machines that serve a project now. */
  List<String> activeOf(String projectId) {
    return database.withHandle(
        handle ->
            handle
                .createQuery(
                    "select id from machine where project_id = :project and state = 'active' order by id")
                .bind("project", projectId)
                .mapTo(String.class)
                .list());
  }

  /** Binds what a query asks for. */
  @FunctionalInterface
  private interface Binding {
    Query to(Query query);
  }

  private Optional<Aimed> found(String sql, Binding binding) {
    return database.withHandle(
        handle ->
            binding.to(handle.createQuery(sql)).map((row, context) -> aimed(row)).findFirst());
  }

  private Aimed aimed(ResultSet row) throws SQLException {
    String projectId = row.getString(1);
    Optional<String> machineId = Optional.ofNullable(row.getString(2));
    Optional<String> url = Optional.ofNullable(row.getString(3));
    Optional<byte[]> sealed = Optional.ofNullable(row.getBytes(4));
    return machineId.isEmpty()
        ? new Aimed.NoMachine(projectId)
        : ofItsMachine(projectId, machineId.get(), url, sealed);
  }

  private Aimed ofItsMachine(
      String projectId, String machineId, Optional<String> url, Optional<byte[]> sealed) {
    Optional<URI> address = url.flatMap(Directory::address);
    if (address.isEmpty()) {
      return new Aimed.Unready(
          machineId,
          projectId,
          "machine %s is active and has no url that can be dialled: let its daemon report one with machine.reportStatus"
              .formatted(machineId));
    }
    if (sealed.isEmpty()) {
      return new Aimed.Unready(
          machineId,
          projectId,
          "machine %s is active and has no row in machine_secret to sign with: replace the machine"
              .formatted(machineId));
    }
    return opened(machineId, sealed.get())
        .<Aimed>map(
            signature -> new Aimed.AtMachine(machineId, projectId, address.get(), signature))
        .orElseGet(
            () ->
                new Aimed.Unready(
                    machineId,
                    projectId,
                    "the secret of machine %s can't be opened: FORWARDING_SEALING_KEYS must have the key that it was sealed with"
                        .formatted(machineId)));
  }

  private Optional<StandardWebhookSignature> opened(String machineId, byte[] sealed) {
    return sealing
        .open(SealedText.of(sealed), new Sealing.Place("machine_secret.sealed_signing", machineId))
        .flatMap(StandardWebhookSignature::of);
  }

  private static Optional<URI> address(String url) {
    try {
      URI uri = URI.create(url);
      boolean isHttp = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
      return isHttp && uri.getHost() != null ? Optional.of(uri) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
