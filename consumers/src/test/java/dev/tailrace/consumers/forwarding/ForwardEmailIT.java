package dev.tailrace.consumers.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.MachineEvent.Promoted;
import dev.tailrace.contracts.event.NewEvent;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.effects.EffectsDriver;
import dev.tailrace.standins.DaemonStandIn;
import dev.tailrace.standins.ResendIncoming;
import dev.tailrace.standins.ResendStandIn;
import dev.tailrace.testkit.TestDatabase;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mails without Kafka, with stand-ins for Resend and the daemons. */
class ForwardEmailIT {

  private static final String EMAIL = "forwardEmail";
  private static final String ANN = "Ann <Ann@example.com>";
  private static final String AGENT = "agent@in.example.org";

  private final ResendStandIn resend = ResendStandIn.start(0, Clock.systemUTC());
  private final ResendMails mails =
      new ResendMails(
          new ForwardingConfig.Resend(ResendStandIn.API_KEY, URI.create(resend.url()), 100),
          Clock.systemUTC());
  private final DaemonStandIn daemon = DaemonStandIn.start(0, Clock.systemUTC(), Platform.SECRET);
  private final DaemonStandIn another = DaemonStandIn.start(0, Clock.systemUTC(), Platform.SECRET);
  private final HttpDaemons daemons =
      new HttpDaemons(new AllowedAddresses(List.of(Network.of("127.0.0.0/8"))), Clock.systemUTC());
  private TestDatabase database;
  private Platform platform;
  private EffectsDriver forwarding;

  @TempDir private Path state;

  @BeforeEach
  void start() throws Exception {
    resend.unlimited();
    daemon.checkLanes(true);
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
                    mails,
                    new MailLoops(List.of("in.example.org")),
                    100,
                    Clock.systemUTC())),
            database.dataSource(),
            state);
    platform.person("org_1", "ann@Example.com");
    platform.project("prj_1", "org_1");
    platform.project("prj_2", "org_1");
  }

  @AfterEach
  void stop() {
    forwarding.close();
    daemons.close();
    mails.close();
    database.close();
    another.close();
    daemon.close();
    resend.close();
  }

  private String written(String from, String text, Map<String, String> headers) {
    return resend.receive(
        new ResendIncoming(
            from,
            List.of(AGENT),
            List.of(),
            "Hello",
            Optional.of("<p>" + text + "</p>"),
            Optional.of(text),
            headers));
  }

  /** One of nobody's project, as it is when ingest finds none. */
  private void arrives(String from, String to, Map<String, String> headers) {
    String id = written(from, "Hello", headers);
    forwarding.arrives(NewEvent.of("resend/platform", Told.NOON, Told.mail(id, from, to)));
  }

  private void arrives(String from, String to) {
    arrives(from, to, Map.of());
  }

  private static JsonNode body(DaemonStandIn at) throws Exception {
    return Json.read(at.deliveries().getFirst().body());
  }

  private List<String> refusals() {
    return database.strings(
        "select concat_ws('|', sender, recipient, reason) from email_refusal order by created_at");
  }

  @Test
  void aMailReachesTheMachineWithItsTexts() throws Exception {
    platform.machine("mch_1", "prj_1", daemon.url());
    String id = written(ANN, "Hello", Map.of("in-reply-to", "<0@example.com>"));
    forwarding.arrives(Told.of("prj_1", Told.mail(id, ANN, AGENT)));

    assertThat(forwarding.done(EMAIL)).containsExactly("machine mch_1 answered 200");
    JsonNode body = body(daemon);
    assertThat(body.path("emailId").asText()).isEqualTo(id);
    assertThat(body.path("from").asText()).isEqualTo(ANN);
    assertThat(body.path("to").path(0).asText()).isEqualTo(AGENT);
    assertThat(body.path("subject").asText()).isEqualTo("Hello");
    assertThat(body.path("messageId").asText()).isEqualTo("<1@example.com>");
    assertThat(body.path("html").asText()).isEqualTo("<p>Hello</p>");
    assertThat(body.path("text").asText()).isEqualTo("Hello");
    assertThat(body.path("headers").path("in-reply-to").asText()).isEqualTo("<0@example.com>");
    assertThat(body.path("attachments").isArray()).isTrue();
    assertThat(body.has("truncated")).isFalse();
    assertThat(daemon.deliveries().getFirst().conversation()).isEqualTo("ann@example.com");
  }

  @Test
  void aMailBeforeThereIsAMachineWaitsAndIsNotFetched() throws Exception {
    arrives(ANN, AGENT);
    assertThat(forwarding.parked(EMAIL)).containsExactly("no active machine");
    assertThat(resend.requests().list()).isEmpty();

    platform.machine("mch_1", "prj_1", daemon.url());
    forwarding.arrives(new Promoted("prj_1", "mch_1", List.of()));
    assertThat(body(daemon).path("text").asText()).isEqualTo("Hello");
  }

  @Test
  void theTagOfARecipientNamesTheProject() {
    platform.machine("mch_1", "prj_1", daemon.url());
    platform.machine("mch_2", "prj_2", another.url());
    arrives(ANN, "agent+prj-2@in.example.org");

    assertThat(daemon.deliveries()).isEmpty();
    assertThat(another.deliveries()).hasSize(1);
  }

  @Test
  void withoutATagItIsTheFirstProjectWithAMachine() {
    platform.machine("mch_2", "prj_2", another.url());
    arrives(ANN, AGENT);
    platform.machine("mch_1", "prj_1", daemon.url());
    arrives(ANN, AGENT);

    assertThat(another.deliveries()).hasSize(1);
    assertThat(daemon.deliveries()).hasSize(1);
  }

  @Test
  void aStrangersMailIsRefusedAndWrittenDown() {
    platform.machine("mch_1", "prj_1", daemon.url());
    arrives("Eve <eve@example.net>", AGENT);

    assertThat(forwarding.done(EMAIL))
        .containsExactly(
            "not forwarded: unknown sender: no user with a project has the address eve@example.net");
    assertThat(refusals())
        .singleElement()
        .asString()
        .startsWith("eve@example.net|" + AGENT + "|unknown sender");
    assertThat(daemon.requests().list()).isEmpty();
  }

  @Test
  void whatAnswersByItselfIsNotForwarded() {
    platform.machine("mch_1", "prj_1", daemon.url());
    arrives(ANN, AGENT, Map.of("auto-submitted", "auto-replied"));
    arrives(ANN, AGENT, Map.of("List-Id", "<dev.example.com>"));
    arrives("mailer-daemon@mx.example.com", AGENT);
    arrives("agent@in.example.org", AGENT);

    assertThat(forwarding.done(EMAIL)).hasSize(4).allMatch(it -> it.startsWith("not forwarded: "));
    assertThat(refusals()).hasSize(4);
    assertThat(daemon.requests().list()).isEmpty();
  }

  @Test
  void aMailThatIsTooLargeGoesWithoutItsTexts() throws Exception {
    platform.machine("mch_1", "prj_1", daemon.url());
    for (int size : List.of(11 << 19, 13 << 20)) {
      daemon.forget();
      String id = written(ANN, "x".repeat(size), Map.of());
      forwarding.arrives(Told.of("prj_1", Told.mail(id, ANN, AGENT)));

      JsonNode body = body(daemon);
      assertThat(body.path("truncated").asBoolean()).as("%d bytes", size).isTrue();
      assertThat(body.has("text") || body.has("html")).isFalse();
      assertThat(body.path("emailId").asText()).isEqualTo(id);
    }
  }

  @Test
  void whileResendFailsNothingIsLostAndTheMachineIsNotBlamed() {
    platform.machine("mch_1", "prj_1", daemon.url());
    resend.faults().fail(500);
    for (int i = 0; i < 7; i++) {
      String sender = "ann+%d@example.com".formatted(i);
      String id = written(sender, "Hello", Map.of());
      forwarding.arrives(Told.of("prj_1", Told.mail(id, sender, AGENT)));
    }
    assertThat(forwarding.waiting(EMAIL)).hasSize(7).containsOnly("Resend answered 500");
    forwarding.arrives(Told.of("prj_1", Told.message("C1", "1", "a")));
    assertThat(forwarding.done("forwardSlackEvent")).hasSize(1);

    resend.faults().healthy();
    forwarding.passes(Duration.ofSeconds(5));
    assertThat(daemon.deliveries()).hasSize(8);
  }

  @Test
  void aMailThatResendHasNotYetIsAskedForAgain() {
    platform.machine("mch_1", "prj_1", daemon.url());
    forwarding.arrives(Told.of("prj_1", Told.mail("em_none", ANN, AGENT)));

    assertThat(forwarding.waiting(EMAIL)).containsExactly("Resend has no mail em_none, or not yet");
  }

  @Test
  void mailsOfOneSenderReachTheMachineInOrder() {
    platform.machine("mch_1", "prj_1", daemon.url());
    daemon.faults().down();
    for (String text : List.of("a", "b", "c")) {
      String id = written(ANN, text, Map.of());
      forwarding.arrives(Told.of("prj_1", Told.mail(id, ANN, AGENT)));
    }
    daemon.faults().healthy();
    forwarding.passes(Duration.ofSeconds(5));

    assertThat(daemon.deliveries("ann@example.com"))
        .extracting(it -> Json.read(it.body()).path("text").asText())
        .containsExactly("a", "b", "c");
  }
}
