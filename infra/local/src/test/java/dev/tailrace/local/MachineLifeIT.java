package dev.tailrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.testkit.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Machines and what is forwarded to them, through everything that runs. */
class MachineLifeIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MESSAGES = 200;
  private static final int FAILED = 9;
  private static final int STUBBORN = 2;

  /** Shorter than the first wait of a forward that failed, which is 4 s at least. */
  private static final String AWAY = "{\"state\":\"down\",\"for\":\"PT3S\"}";

  private static final String GONE = "{\"state\":\"down\",\"for\":\"PT1H\"}";

  @TempDir private static Path folder;

  private static RunningTailrace tailrace;
  private static Calls calls;
  private static Rows rows;

  /** What belongs to one test. */
  private record Place(String user, String slug, String project, String team) {}

  @BeforeAll
  static void up() throws IOException {
    tailrace = RunningTailrace.up(folder.resolve("data"), RunningTailrace.freePortBase());
    calls = new Calls(tailrace.whereabouts());
    rows = new Rows(tailrace.whereabouts());
  }

  @AfterAll
  static void stop() throws InterruptedException {
    calls.close();
    tailrace.stop();
  }

  @Test
  void aConversationArrivesInOrderAndOnceAlthoughTheDaemonDiesInTheMiddle() throws Exception {
    Place place = place("conversation");
    String machine = active(place);
    var said = new ArrayList<String>();
    for (int i = 0; i < MESSAGES; i++) {
      if (i == MESSAGES / 2) {
        Await.until("some have come", PATIENCE, () -> calls.daytona().got(machine).taken() > 10);
        calls.daytona().daemonFaults(machine, AWAY);
      }
      said.add(calls.slack(place.team(), "C1", "1700000000.000100", i));
    }
    Await.until("all have come", PATIENCE, () -> calls.daytona().got(machine).taken() >= MESSAGES);

    List<String> events = events(said);
    AtDaytona.Got got = calls.daytona().got(machine);
    assertThat(got.taken()).isEqualTo(MESSAGES);
    assertThat(got.ids()).containsExactlyElementsOf(events);
    Await.until(
        "the journal tells that the daemon was away for some",
        PATIENCE,
        () -> attempts(events) > MESSAGES);
  }

  @Test
  void aMailThatComesBeforeTheMachineExistsArrivesWhenItServes() throws Exception {
    Place place = place("early-mail");
    calls.mail(place.user(), "agent+" + place.slug() + "@in.example", "Good morning");
    String[] project = {place.project()};
    Await.until("the mail is in", PATIENCE, () -> !rows.all(MAILS, project).isEmpty());
    String mail = rows.first(MAILS, project);
    awaitState("forwardEmail", mail, "parked");

    String machine = active(place);
    awaitState("forwardEmail", mail, "done");
    AtDaytona.Got got = calls.daytona().got(machine);
    assertThat(got.ids()).containsExactly(mail);
    assertThat(got.paths()).containsExactly("/api/integrations/email/webhook");
  }

  @Test
  void aPromotionPutsAwayTenOldMachinesAndTwoThatDaytonaFailsForHoldUpNoOther() throws Exception {
    Place place = place("ten-old");
    var good = new ArrayList<String>(List.of(active(place)));
    var stubborn = new ArrayList<String>();
    for (int i = 0; i < FAILED; i++) {
      boolean fails = i < STUBBORN;
      (fails ? stubborn : good).add(failed(place, (fails ? "stubborn-" : "willing-") + i));
    }
    calls
        .daytona()
        .faults("{\"state\":\"failing\",\"status\":500,\"path\":\"/api/sandbox/stubborn-\"}");
    String next = machine(place);
    for (String machine : good) {
      awaitMachine(machine, "archived");
    }
    assertThat(states(stubborn)).containsOnly("archiving");
    assertThat(states(List.of(next))).containsExactly("active");

    calls.daytona().faults("{\"state\":\"healthy\"}");
    for (String machine : stubborn) {
      awaitMachine(machine, "archived");
    }
    good.addAll(stubborn);
    for (String machine : good) {
      String sandbox = rows.first("select external_id from machine where id = ?", machine);
      assertThat(calls.daytona().archivals(sandbox)).as(sandbox).isEqualTo(1);
      assertThat(calls.daytona().state(sandbox)).as(sandbox).isEqualTo("archived");
      assertThat(
              rows.all(
                  "select id from outbox_event where type = 'machine:archived' and aggregate_id = ?",
                  machine))
          .as(machine)
          .hasSize(1);
    }
  }

  @Test
  void whatAReplacedMachineDidNotTakeGoesToTheNextOne() throws Exception {
    Place place = place("replaced");
    String old = active(place);
    calls.daytona().daemonFaults(old, GONE);
    var said = new ArrayList<String>();
    for (int i = 0; i < 5; i++) {
      said.add(calls.slack(place.team(), "C1", "1700000000.000100", i));
    }
    List<String> events = events(said);
    Await.until("the first was tried", PATIENCE, () -> attempts(events.subList(0, 1)) > 0);

    String next = active(place);
    Await.until("all have come", PATIENCE, () -> calls.daytona().got(next).taken() == said.size());
    assertThat(calls.daytona().got(next).ids()).containsExactlyElementsOf(events);
    assertThat(calls.daytona().got(old).ids()).isEmpty();
    awaitMachine(old, "archived");
  }

  private static final String MAILS =
      "select id from outbox_event where type = 'resend:email.received' and aggregate_id = ?";

  private static Place place(String slug) throws Exception {
    String email = slug + "@example.com";
    String user =
        calls
            .rpc(
                "user.create",
                "{\"email\":\"%s\",\"name\":\"Ann\",\"signupMethod\":\"email\"}".formatted(email))
            .path("userId")
            .asText();
    String organization =
        calls
            .rpc(
                "organization.create",
                "{\"name\":\"%s\",\"slug\":\"%s\",\"ownerUserId\":\"%s\"}"
                    .formatted(slug, slug, user))
            .path("organizationId")
            .asText();
    String project =
        calls
            .rpc(
                "project.create",
                "{\"name\":\"%s\",\"slug\":\"%s\",\"organizationId\":\"%s\"}"
                    .formatted(slug, slug, organization))
            .path("projectId")
            .asText();
    String team = "T" + slug;
    rows.change(
        "insert into connection (id, project_id, provider, external_id) values (?, ?, 'slack', ?)",
        "con_" + slug,
        project,
        team);
    return new Place(email, slug, project, team);
  }

  private static String machine(Place place) throws Exception {
    return calls
        .rpc(
            "machine.create",
            "{\"projectId\":\"%s\",\"name\":\"%s\",\"provider\":\"daytona\"}"
                .formatted(place.project(), place.slug()))
        .path("machineId")
        .asText();
  }

  /** A machine that serves the project. */
  private static String active(Place place) throws Exception {
    String machine = machine(place);
    awaitMachine(machine, "active");
    return machine;
  }

  /** A machine that failed and of which Daytona still has a sandbox. */
  private static String failed(Place place, String sandbox) throws Exception {
    calls.daytona().put(sandbox, "started");
    String machine = "mch_" + sandbox;
    rows.change(
        """
        insert into machine (id, project_id, name, provider, external_id, state, failure)
        values (?, ?, 'Old', 'daytona', ?, 'failed', 'it did not start')""",
        machine,
        place.project(),
        sandbox);
    return machine;
  }

  private static void awaitMachine(String machine, String wanted) {
    Await.until(
        machine + " is " + wanted,
        PATIENCE,
        () -> states(List.of(machine)).equals(List.of(wanted)));
  }

  private static List<String> states(List<String> machines) throws Exception {
    var states = new ArrayList<String>();
    for (String machine : machines) {
      states.add(rows.first("select state from machine where id = ?", machine));
    }
    return states;
  }

  private static void awaitState(String consumer, String event, String wanted) {
    Await.until(
        consumer + " of " + event + " is " + wanted,
        PATIENCE,
        () ->
            rows.first(
                    "select state from effect where consumer = ? and event_id = ?::uuid",
                    consumer,
                    event)
                .equals(wanted));
  }

  /** The events that became of Slack's, in the same order. */
  private static List<String> events(List<String> slackIds) throws Exception {
    var events = new ArrayList<String>();
    for (String id : slackIds) {
      events.add(
          rows.first(
              "select event_id from webhook_receipt where source = 'slack' and dedupe_key = ?",
              id));
    }
    return Collections.unmodifiableList(events);
  }

  /** How often these were tried, as far as the journal has it by now. */
  private static int attempts(List<String> events) throws Exception {
    return Integer.parseInt(
        rows.first(
            """
            select count(*) from effect_attempt
            where consumer = 'forwardSlackEvent' and event_id = any (string_to_array(?, ',')::uuid[])""",
            String.join(",", events)));
  }
}
