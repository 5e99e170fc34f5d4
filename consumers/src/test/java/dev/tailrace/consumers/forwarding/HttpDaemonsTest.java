package dev.tailrace.consumers.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.contracts.service.HttpCalls.Heard;
import dev.tailrace.standins.DaemonDelivery;
import dev.tailrace.standins.DaemonStandIn;
import dev.tailrace.testkit.Await;
import java.net.InetAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpDaemonsTest {

  static final String SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3";
  private static final AllowedAddresses LOOPBACK =
      new AllowedAddresses(List.of(Network.of("127.0.0.1"), Network.of("::1")));
  private static final HttpDaemons.Bounds SHORT =
      new HttpDaemons.Bounds(
          Duration.ofSeconds(1), Duration.ofMillis(1_500), Duration.ofMillis(300), 8, 4);

  private final List<AutoCloseable> open = new ArrayList<>();
  private final HttpDaemons daemons = to(InetAddress::getAllByName);

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private <T extends AutoCloseable> T opened(T part) {
    open.add(part);
    return part;
  }

  private HttpDaemons to(CheckedDns.Lookup lookup) {
    return to(LOOPBACK, lookup);
  }

  private HttpDaemons to(AllowedAddresses allowed, CheckedDns.Lookup lookup) {
    try {
      return opened(
          new HttpDaemons(SHORT, allowed, Clock.systemUTC(), lookup, SSLContext.getDefault()));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private DaemonStandIn daemon() {
    return opened(DaemonStandIn.start(0, Clock.systemUTC(), SECRET));
  }

  private SmallServer server(SmallServer.Manner manner) throws Exception {
    return opened(SmallServer.at("127.0.0.1", manner));
  }

  static Aimed.AtMachine machine(String url) {
    return new Aimed.AtMachine(
        "mch_1", "prj_1", URI.create(url), StandardWebhookSignature.of(SECRET).orElseThrow());
  }

  static Message message(String id, String body) {
    return new Message(
        id,
        "slack:event.received",
        7,
        Optional.of("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        DaemonStandIn.SLACK,
        body);
  }

  private Heard post(String url) {
    return daemons.post(machine(url), message("evt_1", "{}"));
  }

  private Heard post(int port) {
    return post("http://127.0.0.1:" + port);
  }

  private static int status(Heard heard) {
    return heard instanceof Heard.Said said ? said.status() : -1;
  }

  private static String nothing(Heard heard) {
    return heard instanceof Heard.Nothing nothing ? nothing.reason() : heard.toString();
  }

  @Test
  void postsWhatIsSignedWithTheMachinesSecret() {
    DaemonStandIn daemon = daemon();
    Heard heard =
        daemons.post(machine(daemon.url() + "/"), message("evt_1", "{\"text\":\"für dich\"}"));

    assertThat(status(heard)).isEqualTo(200);
    DaemonDelivery taken = daemon.deliveries().getFirst();
    assertThat(taken.webhookId()).isEqualTo("evt_1");
    assertThat(taken.path()).isEqualTo(DaemonStandIn.SLACK);
    assertThat(taken.laneSeq()).hasValue(7);
    assertThat(taken.body()).isEqualTo("{\"text\":\"für dich\"}");
    assertThat(daemon.requests().list().getFirst().headers())
        .containsEntry("Content-Type", "application/json")
        .containsEntry("User-Agent", "tailrace")
        .containsEntry("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  }

  @Test
  void theHeadHasWhatItShouldAndNoMore() throws Exception {
    SmallServer server = server(SmallServer.saying(SmallServer.status(204)));

    assertThat(status(post(server.port()))).isEqualTo(204);
    assertThat(server.requests().getFirst().lines().skip(1).filter(line -> !line.isEmpty()))
        .extracting(line -> line.substring(0, line.indexOf(':')).toLowerCase(java.util.Locale.ROOT))
        .containsExactlyInAnyOrder(
            "webhook-id",
            "webhook-timestamp",
            "webhook-signature",
            "tailrace-lane-seq",
            "tailrace-event-type",
            "traceparent",
            "content-type",
            "content-length",
            "host",
            "connection",
            "user-agent");
  }

  @Test
  void aConnectionIsUsedAgain() throws Exception {
    SmallServer server =
        server(SmallServer.saying("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"));
    for (int i = 0; i < 5; i++) {
      assertThat(status(post(server.port()))).isEqualTo(200);
    }

    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void aConnectionThatTheDaemonHasEndedIsNotUsedAgain() throws Exception {
    SmallServer server =
        server(
            out -> {
              SmallServer.saying(SmallServer.status(200)).answer(out);
              return false;
            });
    assertThat(status(post(server.port()))).isEqualTo(200);
    Await.until("the connection is ended", server::isLeftAlone);
    Await.until("the next post takes another", () -> status(post(server.port())) == 200);

    assertThat(server.connections()).isGreaterThan(1);
  }

  @Test
  void aRedirectIsNotFollowed() throws Exception {
    DaemonStandIn elsewhere = daemon();
    SmallServer server =
        server(
            SmallServer.saying(
                SmallServer.status(307, "Location: " + elsewhere.url() + DaemonStandIn.SLACK)));

    assertThat(status(post(server.port()))).isEqualTo(307);
    assertThat(elsewhere.requests().list()).isEmpty();
  }

  @Test
  void nothingIsRepeatedStoredOrUnpacked() throws Exception {
    SmallServer server =
        server(
            SmallServer.saying(
                SmallServer.status(
                    503,
                    "Set-Cookie: a=b; Path=/",
                    "Retry-After: 120",
                    "WWW-Authenticate: Basic realm=x")));
    Heard heard = post(server.port());
    post(server.port());

    assertThat(heard)
        .isInstanceOfSatisfying(
            Heard.Said.class,
            said ->
                assertThat(said.retryAfter(Clock.systemUTC().instant()))
                    .contains(Duration.ofMinutes(2)));
    assertThat(server.requests()).hasSize(2).noneMatch(head -> head.contains("Cookie"));
  }

  @Test
  void aSlowAnswerIsGivenUpAndItsConnectionEnded() throws Exception {
    var holder = new CompletableFuture<SmallServer>();
    SmallServer server = server(out -> holder.join().awaitClose());
    holder.complete(server);
    long begun = System.nanoTime();

    assertThat(nothing(post(server.port()))).isEqualTo("no answer within 1500 ms");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    assertThat(nothing(post(server.port()))).isEqualTo("no answer within 1500 ms");
    assertThat(server.connections()).as("none is used again").isEqualTo(2);
  }

  @Test
  void anAnswerThatDripsIsGivenUp() throws Exception {
    AtomicInteger sent = new AtomicInteger();
    SmallServer server =
        server(
            out -> {
              while (sent.incrementAndGet() < 1_000) {
                out.write('H');
                out.flush();
                java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
              }
              return false;
            });

    assertThat(nothing(post(server.port()))).isNotEqualTo("200");
    assertThat(sent.get()).isLessThan(900);
  }

  @Test
  void whoIsInterruptedStopsAtOnceAndItsConnectionIsEnded() throws Exception {
    var holder = new CompletableFuture<SmallServer>();
    SmallServer server = server(out -> holder.join().awaitClose());
    holder.complete(server);
    var heard = new CompletableFuture<Heard>();
    Thread worker = Thread.ofVirtual().start(() -> heard.complete(post(server.port())));
    Await.until("the request is there", () -> !server.requests().isEmpty());
    long begun = System.nanoTime();
    worker.interrupt();

    assertThat(heard.get(10, TimeUnit.SECONDS)).isInstanceOf(Heard.Nothing.class);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void theStatusHasDecidedHoweverLongTheBodyIs() throws Exception {
    DaemonStandIn daemon = daemon();
    daemon.answerWith(50L << 20);
    assertThat(post(daemon.url()))
        .isInstanceOfSatisfying(
            Heard.Said.class,
            said -> {
              assertThat(said.status()).isEqualTo(200);
              assertThat(said.body()).hasSize(64 * 1024);
            });
    daemon.answerWithoutEnd();
    assertThat(status(post(daemon.url()))).isEqualTo(200);
    daemon.answerShortly();
    assertThat(status(post(daemon.url()))).isEqualTo(200);
  }

  @Test
  void theStatusHasDecidedWhenTheBodyNeverComes() throws Exception {
    var holder = new CompletableFuture<SmallServer>();
    SmallServer server =
        server(
            out -> {
              SmallServer.saying("HTTP/1.1 202 OK\r\nContent-Length: 10\r\n\r\n{").answer(out);
              return holder.join().awaitClose();
            });
    holder.complete(server);
    long begun = System.nanoTime();

    assertThat(status(post(server.port()))).isEqualTo(202);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMillis(1_400));
  }

  @Test
  void anAnswerWithoutEndOfHeadersFillsNoMemory() throws Exception {
    SmallServer server =
        server(
            out -> {
              out.write(
                  "HTTP/1.1 200 OK\r\nX: ".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
              byte[] much = "x".repeat(8_192).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
              while (true) {
                out.write(much);
              }
            });

    assertThat(post(server.port())).isInstanceOf(Heard.Nothing.class);
  }

  @Test
  void whoseConnectionIsResetOrRefusedHasNotAnswered() throws Exception {
    SmallServer server = server(out -> false);
    int port = server.port();
    assertThat(nothing(post(port))).isNotBlank();
    server.close();

    assertThat(nothing(post(port))).isEqualTo("HttpHostConnectException");
  }

  @Test
  void aNameThatTurnsIntoAForbiddenAddressIsNotDialled() throws Exception {
    SmallServer ours =
        opened(SmallServer.at("127.0.0.2", SmallServer.saying(SmallServer.status(200))));
    var asked = new AtomicInteger();
    HttpDaemons rebound =
        to(
            host ->
                new InetAddress[] {
                  InetAddress.ofLiteral(asked.getAndIncrement() == 0 ? "127.0.0.1" : "127.0.0.2")
                });
    Aimed.AtMachine machine = machine("http://machine.test:" + ours.port());
    rebound.post(machine, message("evt_1", "{}"));
    Heard second = rebound.post(machine, message("evt_1", "{}"));

    assertThat(nothing(second))
        .isEqualTo(
            "machine.test is at 127.0.0.2, which is no public address: let its daemon report another url, or allow the network with FORWARDING_ALLOWED_NETWORKS");
    assertThat(asked.get()).isEqualTo(2);
    assertThat(ours.connections()).isZero();
  }

  @Test
  void ofSeveralAddressesOnlyTheAllowedAreDialled() throws Exception {
    SmallServer allowed = server(SmallServer.saying(SmallServer.status(200)));
    HttpDaemons both =
        to(
            host ->
                new InetAddress[] {
                  InetAddress.ofLiteral("169.254.169.254"),
                  InetAddress.ofLiteral("127.0.0.1"),
                  InetAddress.ofLiteral("10.0.0.1")
                });

    assertThat(
            status(
                both.post(
                    machine("http://machine.test:" + allowed.port()), message("evt_1", "{}"))))
        .isEqualTo(200);
  }

  @Test
  void aLiteralAddressIsLookedAtToo() throws Exception {
    SmallServer ours = server(SmallServer.saying(SmallServer.status(200)));
    HttpDaemons open = to(AllowedAddresses.publicOnly(), InetAddress::getAllByName);
    for (String host :
        List.of(
            "127.0.0.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[64:ff9b::7f00:1]",
            "169.254.169.254",
            "localhost")) {
      String url = "http://" + host + ":" + ours.port();
      assertThat(open.post(machine(url), message("evt_1", "{}")))
          .as(host)
          .isInstanceOf(Heard.Nothing.class);
    }
    assertThat(ours.connections()).isZero();
  }

  @Test
  void aNameThatIsNoneIsNamed() {
    HttpDaemons lost =
        to(
            host -> {
              throw new java.net.UnknownHostException(host);
            });

    assertThat(nothing(lost.post(machine("http://machine.test"), message("evt_1", "{}"))))
        .isEqualTo("its name can't be resolved: machine.test");
  }

  @Test
  void aDeadMachineTakesNoConnectionOfOthers() throws Exception {
    var holder = new CompletableFuture<SmallServer>();
    SmallServer dead = server(out -> holder.join().awaitClose());
    holder.complete(dead);
    DaemonStandIn alive = daemon();
    var posts = new ArrayList<CompletableFuture<Heard>>();
    for (int i = 0; i < 8; i++) {
      var heard = new CompletableFuture<Heard>();
      posts.add(heard);
      var _ = Thread.ofVirtual().start(() -> heard.complete(post(dead.port())));
    }
    Await.until("its share is taken", () -> dead.connections() == 4);

    assertThat(status(post(alive.url()))).isEqualTo(200);
    for (CompletableFuture<Heard> each : posts) {
      assertThat(each.get(10, TimeUnit.SECONDS)).isInstanceOf(Heard.Nothing.class);
    }
  }
}
