package dev.tailrace.consumers.forwarding;

import static dev.tailrace.consumers.forwarding.Told.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.event.ConnectionEvent.GithubCreated;
import dev.tailrace.contracts.event.ConnectionEvent.SlackCreated;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.MachineEvent.ArchiveRequested;
import dev.tailrace.contracts.event.MachineEvent.Promoted;
import dev.tailrace.contracts.event.NewEvent;
import dev.tailrace.contracts.event.OAuthEvent.TokenRefreshed;
import dev.tailrace.contracts.event.SlackEvent;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.sealing.Sealing;
import dev.tailrace.contracts.sealing.SealingKeys;
import dev.tailrace.effects.EffectsDriver;
import dev.tailrace.standins.DaemonDelivery;
import dev.tailrace.standins.DaemonStandIn;
import dev.tailrace.testkit.TestDatabase;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Slack says, and pokes, without Kafka, with stand-ins for the daemons. */
class ForwardingApplicationIT {

  private static final String EVENTS = "forwardSlackEvent";
  private static final String INTERACTIONS = "forwardSlackInteraction";
  private static final String POKES = "pokeMachines";

  private final DaemonStandIn daemon = daemon();
  private final DaemonStandIn another = daemon();
  private final HttpDaemons daemons =
      new HttpDaemons(new AllowedAddresses(List.of(Network.of("127.0.0.0/8"))), Clock.systemUTC());
  private TestDatabase database;
  private Platform platform;
  private EffectsDriver forwarding;

  @TempDir private Path state;

  private static DaemonStandIn daemon() {
    DaemonStandIn daemon = DaemonStandIn.start(0, Clock.systemUTC(), Platform.SECRET);
    daemon.checkLanes(true);
    return daemon;
  }

  @BeforeEach
  void start() throws Exception {
    database = TestDatabase.create();
    Database.migrate(database.dataSource());
    platform = new Platform(database);
    forwarding =
        EffectsDriver.of(
            Forwarding.application(
                new Forwarding.Parts(
                    database.dataSource(),
                    platform.sealing(),
                    daemons,
                    id -> new Mails.Fetched.TooLarge(),
                    new MailLoops(List.of()),
                    2,
                    Clock.systemUTC())),
            database.dataSource(),
            state);
    platform.person("org_1", "ann@example.com");
    platform.project("prj_1", "org_1");
  }

  @AfterEach
  void stop() {
    forwarding.close();
    daemons.close();
    database.close();
    another.close();
    daemon.close();
  }

  private void serves(String machine, DaemonStandIn at) {
    platform.machine(machine, "prj_1", at.url());
  }

  private void promoted(String machine) {
    forwarding.arrives(new Promoted("prj_1", machine, List.of()));
  }

  private Envelope says(String thread, String text) {
    return forwarding.arrives(Told.of("prj_1", message("C1", thread, text)));
  }

  private static List<String> texts(DaemonStandIn at, String conversation) {
    return at.deliveries(conversation).stream().map(ForwardingApplicationIT::text).toList();
  }

  private static String text(DaemonDelivery delivery) {
    try {
      return Json.read(delivery.body()).path("event").path("text").asText();
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aMessageReachesTheMachineAsSlackShapedIt() {
    serves("mch_1", daemon);
    Envelope event = says("1", "hello");

    assertThat(forwarding.done(EVENTS)).containsExactly("machine mch_1 answered 200");
    DaemonDelivery delivery = daemon.deliveries().getFirst();
    assertThat(delivery.webhookId()).isEqualTo(event.id().toString());
    assertThat(delivery.body()).isEqualTo(Json.write(message("C1", "1", "hello").raw()));
  }

  @Test
  void withoutAMachineAllIsKeptAndComesInOrderWhenThereIsOne() {
    says("1", "a");
    says("1", "b");
    says("2", "c");
    says("1", "d");
    assertThat(forwarding.parked(EVENTS)).containsExactly("no active machine", "no active machine");
    forwarding.passes(Duration.ofDays(3));

    serves("mch_1", daemon);
    promoted("mch_1");
    assertThat(texts(daemon, "C1/1")).containsExactly("a", "b", "d");
    assertThat(texts(daemon, "C1/2")).containsExactly("c");
    assertThat(forwarding.pending()).isZero();
  }

  @Test
  void whatAReplacedMachineDidNotTakeGoesToTheNewOneAtOnce() {
    serves("mch_1", daemon);
    daemon.faults().down();
    says("1", "a");
    says("1", "b");
    assertThat(forwarding.waiting(EVENTS))
        .containsExactly("machine mch_1: HttpHostConnectException");

    serves("mch_2", another);
    promoted("mch_2");
    assertThat(texts(another, "C1/1")).containsExactly("a", "b");
  }

  @Test
  void whatIsHeldBackGoesOnWhenItsMachineIsPutAway() {
    serves("mch_1", daemon);
    daemon.faults().down();
    for (int thread = 1; thread <= 6; thread++) {
      says(Integer.toString(thread), "x" + thread);
    }
    serves("mch_2", another);
    forwarding.arrives(new ArchiveRequested("mch_1", "daytona", Optional.empty(), "replaced"));

    assertThat(texts(another, "C1/6")).containsExactly("x6");
  }

  @Test
  void aMachineThatComesBackGetsWhatItMissedInOrder() {
    serves("mch_1", daemon);
    daemon.faults().down();
    says("1", "a");
    says("1", "b");
    daemon.faults().healthy();
    forwarding.passes(Duration.ofSeconds(5));

    assertThat(texts(daemon, "C1/1")).containsExactly("a", "b");
    assertThat(forwarding.done(EVENTS)).hasSize(2);
  }

  @Test
  void aRefusalIsADeadLetterThatSaysWhatToDo() {
    serves("mch_1", daemon);
    daemon.faults().fail(410);
    says("1", "a");
    daemon.faults().healthy();
    says("1", "b");

    assertThat(forwarding.dead(EVENTS))
        .singleElement()
        .asString()
        .startsWith("machine mch_1 answered 410: ")
        .endsWith("; mend its daemon, then redrive this");
    assertThat(texts(daemon, "C1/1")).containsExactly("b");
  }

  @Test
  void whoAsksForTimeGetsIt() {
    serves("mch_1", daemon);
    daemon.retryAfter(Duration.ofSeconds(90));
    for (int status : List.of(429, 503)) {
      daemon.faults().fail(status, 1);
      says("1", "s" + status);
      forwarding.passes(Duration.ofSeconds(80));
      assertThat(forwarding.waiting(EVENTS)).containsExactly("machine mch_1 answered " + status);
      forwarding.passes(Duration.ofSeconds(10));
      assertThat(forwarding.waiting(EVENTS)).isEmpty();
    }
    assertThat(texts(daemon, "C1/1")).containsExactly("s429", "s503");
  }

  @Test
  void whatMayPassIsTriedAgain() {
    serves("mch_1", daemon);
    for (int status : List.of(408, 409, 425, 500, 502)) {
      daemon.faults().fail(status, 1);
      says(Integer.toString(status), "s" + status);
      assertThat(forwarding.waiting(EVENTS)).containsExactly("machine mch_1 answered " + status);
      forwarding.passes(Duration.ofSeconds(5));
      assertThat(texts(daemon, "C1/" + status)).containsExactly("s" + status);
    }
  }

  @Test
  void aDayOfSilenceEndsInADeadLetter() {
    serves("mch_1", daemon);
    daemon.faults().down();
    says("1", "a");
    for (int hour = 0; hour < 30; hour++) {
      forwarding.passes(Duration.ofHours(1));
    }

    assertThat(forwarding.dead(EVENTS)).singleElement().asString().contains("machine mch_1: ");
  }

  @Test
  void aTeamWithoutAConnectionWaitsForOne() {
    serves("mch_1", daemon);
    forwarding.arrives(message("C1", "1", "early"));
    assertThat(forwarding.parked(EVENTS)).containsExactly("team T0123 is connected to no project");

    platform.connected("prj_1", Told.TEAM);
    forwarding.arrives(new SlackCreated("con_1", "prj_1", "org_1", Told.TEAM, List.of()));
    assertThat(texts(daemon, "C1/1")).containsExactly("early");
  }

  @Test
  void whatIsNotOfAWorkspaceIsForwardedTooButNotItsRateLimit() {
    serves("mch_1", daemon);
    var raw = Json.MAPPER.createObjectNode().put("type", "app_rate_limited");
    forwarding.arrives(Told.of("prj_1", new SlackEvent.Other(Told.TEAM, "app_rate_limited", raw)));
    forwarding.arrives(Told.of("prj_1", new SlackEvent.Other(Told.TEAM, "something_new", raw)));

    assertThat(daemon.deliveries()).hasSize(1);
    assertThat(forwarding.pending()).isZero();
  }

  @Test
  void anInteractionCarriesWhereToAnswerButNotWhatProvesSlack() {
    Envelope event = forwarding.arrives(Told.of("prj_1", Told.pressed()));
    String payload =
        "{\"type\":\"block_actions\",\"token\":\"s3cret\",\"response_url\":\"https://hooks.slack.com/1?a=b+c\",\"trigger_id\":\"7.8\",\"text\":\"für\"}";
    String form = "payload=" + URLEncoder.encode(payload, StandardCharsets.UTF_8);
    database.execute(
        "insert into webhook_body (event_id, body) values (?, ?)",
        event.id(),
        form.getBytes(StandardCharsets.UTF_8));
    serves("mch_1", daemon);
    promoted("mch_1");

    assertThat(forwarding.done(INTERACTIONS)).hasSize(1);
    assertThat(daemon.deliveries().getFirst().body())
        .isEqualTo(
            "{\"type\":\"block_actions\",\"response_url\":\"https://hooks.slack.com/1?a=b+c\",\"trigger_id\":\"7.8\",\"text\":\"für\"}");
  }

  @Test
  void ofAnInteractionWhoseBodyIsGoneTheRestIsSent() {
    serves("mch_1", daemon);
    forwarding.arrives(Told.of("prj_1", Told.pressed()));

    assertThat(daemon.deliveries().getFirst().body()).isEqualTo(Json.write(Told.pressed().raw()));
  }

  @Test
  void aMachineWithoutAnAddressOrASecretIsTriedAgainAndSaysHowToMendIt() {
    platform.machineWithoutUrl("mch_1", "prj_1");
    says("1", "a");
    assertThat(forwarding.waiting(EVENTS))
        .containsExactly(
            "machine mch_1 is active and has no url that can be dialled: let its daemon report one with machine.reportStatus");

    serves("mch_2", daemon);
    database.execute("delete from machine_secret where machine_id = 'mch_2'");
    forwarding.passes(Duration.ofSeconds(5));
    assertThat(forwarding.waiting(EVENTS)).singleElement().asString().contains("machine_secret");

    platform.signedFor("mch_2", Sealing.read(SealingKeys.fresh()).orElseThrow());
    forwarding.passes(Duration.ofSeconds(30));
    assertThat(forwarding.waiting(EVENTS))
        .singleElement()
        .asString()
        .contains("FORWARDING_SEALING_KEYS");

    platform.signedFor("mch_2", platform.sealing());
    forwarding.passes(Duration.ofMinutes(2));
    assertThat(texts(daemon, "C1/1")).containsExactly("a");
  }

  @Test
  void aForbiddenAddressLosesNothing() {
    platform.machine("mch_1", "prj_1", "http://10.0.0.1");
    says("1", "a");
    assertThat(forwarding.waiting(EVENTS))
        .singleElement()
        .asString()
        .startsWith("machine mch_1: 10.0.0.1 is at 10.0.0.1, which is no public address")
        .endsWith("FORWARDING_ALLOWED_NETWORKS");

    database.execute("update machine set url = ? where id = 'mch_1'", daemon.url());
    forwarding.passes(Duration.ofSeconds(5));
    assertThat(texts(daemon, "C1/1")).containsExactly("a");
  }

  @Test
  void aDeadMachineDelaysNoOther() {
    platform.project("prj_2", "org_1");
    serves("mch_1", daemon);
    platform.machine("mch_2", "prj_2", another.url());
    daemon.faults().down();
    says("1", "a");
    forwarding.arrives(Told.of("prj_2", message("C2", "1", "b")));

    assertThat(texts(another, "C2/1")).containsExactly("b");
  }

  @Test
  void theActiveMachineIsPokedWhenSomethingIsConnectedOrRefreshed() {
    serves("mch_1", daemon);
    forwarding.arrives(new GithubCreated("con_1", "prj_1", "org_1", "octocat", List.of()));
    forwarding.arrives(new TokenRefreshed("sec_1", "google", "prj_1", Optional.empty()));

    assertThat(daemon.deliveries())
        .extracting(DaemonDelivery::path, DaemonDelivery::body)
        .containsExactly(
            org.assertj.core.api.Assertions.tuple(
                DaemonStandIn.REFRESH,
                "{\"projectId\":\"prj_1\",\"reason\":\"connection:github:created\"}"),
            org.assertj.core.api.Assertions.tuple(
                DaemonStandIn.REFRESH,
                "{\"projectId\":\"prj_1\",\"reason\":\"oauth:token:refreshed\"}"));
    assertThat(forwarding.done(POKES)).filteredOn(it -> it.startsWith("machine")).hasSize(2);
  }

  @Test
  void aPokeIsOfNoUseWithoutAMachineOrToOneThatGaveWay() {
    forwarding.arrives(new GithubCreated("con_1", "prj_1", "org_1", "octocat", List.of()));
    assertThat(forwarding.pending()).isZero();

    serves("mch_1", daemon);
    daemon.faults().down();
    forwarding.arrives(new GithubCreated("con_2", "prj_1", "org_1", "octodog", List.of()));
    assertThat(forwarding.waiting(POKES)).hasSize(1);
    serves("mch_2", another);
    promoted("mch_2");

    assertThat(forwarding.skipped(POKES)).containsExactly("machine mch_1 serves no more");
    assertThat(another.deliveries()).isEmpty();
    assertThat(forwarding.pending()).isZero();
  }

  @Test
  void anEventThatComesTwiceIsForwardedOnce() {
    serves("mch_1", daemon);
    Envelope event = says("1", "a");
    forwarding.arrives(event);

    assertThat(daemon.received()).hasSize(1);
  }

  @Test
  void anEventStaysItsProjectsWhenItsTeamMoves() {
    platform.project("prj_2", "org_1");
    platform.connected("prj_2", Told.TEAM);
    serves("mch_1", daemon);
    platform.machine("mch_2", "prj_2", another.url());
    NewEvent event = Told.of("prj_1", message("C1", "1", "a"));
    forwarding.arrives(event);

    assertThat(texts(daemon, "C1/1")).containsExactly("a");
    assertThat(another.deliveries()).isEmpty();
  }
}
