package dev.tailrace.consumers.forwarding;

import dev.tailrace.contracts.sealing.Sealing;
import dev.tailrace.contracts.sealing.SealingKeys;
import dev.tailrace.testkit.TestDatabase;

/** What the platform's tables hold before something is forwarded. */
final class Platform {

  static final String SECRET = HttpDaemonsTest.SECRET;

  private final TestDatabase database;
  private final String keys = SealingKeys.fresh();
  private final Sealing sealing = Sealing.read(keys).orElseThrow();

  Platform(TestDatabase database) {
    this.database = database;
  }

  String keys() {
    return keys;
  }

  Sealing sealing() {
    return sealing;
  }

  /** A person, who alone is in an organisation of her own. */
  void person(String organization, String email) {
    database.execute(
        "insert into organization (id, name, slug) values (?, ?, ?)",
        organization,
        organization,
        organization.replace('_', '-'));
    database.execute(
        "insert into app_user (id, email, name, signup_method) values (?, ?, 'Ann', 'email')",
        "usr_" + organization,
        email);
    database.execute(
        "insert into membership (organization_id, user_id, role) values (?, ?, 'owner')",
        organization,
        "usr_" + organization);
  }

  void project(String id, String organization) {
    database.execute(
        "insert into project (id, organization_id, name, slug) values (?, ?, ?, ?)",
        id,
        organization,
        id,
        id.replace('_', '-'));
  }

  /** A machine that serves its project, in the place of those before it. */
  void machine(String id, String project, String url) {
    database.execute(
        "update machine set state = 'archiving' where project_id = ? and state = 'active'",
        project);
    database.execute(
        "insert into machine (id, project_id, name, provider, state, url) values (?, ?, ?, 'daytona', 'active', ?)",
        id,
        project,
        id,
        url);
    signedFor(id, sealing);
  }

  /** A machine that serves its project and has said nothing of where. */
  void machineWithoutUrl(String id, String project) {
    machine(id, project, "");
    database.execute("update machine set url = null where id = ?", id);
  }

  void signedFor(String machine, Sealing with) {
    database.execute(
        """
        insert into machine_secret (machine_id, sealed_signing) values (?, ?)
        on conflict (machine_id) do update set sealed_signing = excluded.sealed_signing""",
        machine,
        with.seal(SECRET, new Sealing.Place("machine_secret.sealed_signing", machine)).bytes());
  }

  void connected(String project, String team) {
    database.execute(
        "insert into connection (id, project_id, provider, external_id) values (?, ?, 'slack', ?)",
        "con_" + team,
        project,
        team);
  }
}
