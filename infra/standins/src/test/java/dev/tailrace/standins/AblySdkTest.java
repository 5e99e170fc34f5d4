package dev.tailrace.standins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ably.lib.rest.AblyRest;
import io.ably.lib.types.AblyException;
import io.ably.lib.types.ClientOptions;
import io.ably.lib.types.Message;
import io.ably.lib.types.Param;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a program sees that talks to the stand-in with Ably's own SDK. */
class AblySdkTest {

  private static final String CHANNEL = "tenant:acme/1 ü+%";

  private final TickingClock clock = new TickingClock();
  private final AblyStandIn standIn = AblyStandIn.start(0, clock);
  private final List<AblyRest> opened = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AblyRest rest : opened) {
      rest.close();
    }
    standIn.close();
  }

  @Test
  void publishesOneMessage() throws Exception {
    publish(message("evt_1", "machine:created", "{\"a\":1}"));
    assertThat(standIn.channels()).containsExactly(CHANNEL);
    AblyMessage got = standIn.received(CHANNEL).getFirst();
    assertThat(got.id()).isEqualTo("evt_1");
    assertThat(got.name()).isEqualTo("machine:created");
    assertThat(got.data()).isEqualTo("{\"a\":1}");
    assertThat(got.timestamp()).isEqualTo(clock.instant());
  }

  @Test
  void publishesAnArrayInOrder() throws Exception {
    publish(array("base", 12));
    assertThat(standIn.received(CHANNEL))
        .extracting(AblyMessage::id)
        .containsExactlyElementsOf(ids("base", 12));
  }

  @Test
  void deliversARepeatOnlyOnceForTwoMinutes() throws Exception {
    publish(array("base", 3));
    clock.tick(Duration.ofSeconds(119));
    publish(array("base", 3));
    assertThat(standIn.received(CHANNEL)).hasSize(3);
    clock.tick(Duration.ofSeconds(2));
    publish(array("base", 3));
    assertThat(standIn.received(CHANNEL)).hasSize(6);
  }

  @Test
  void dedupesEachChannelByItself() throws Exception {
    rest(AblyStandIn.KEY).channels.get("one").publish(new Message[] {message("evt_1", "n", "d")});
    rest(AblyStandIn.KEY).channels.get("two").publish(new Message[] {message("evt_1", "n", "d")});
    assertThat(standIn.received("one")).hasSize(1);
    assertThat(standIn.received("two")).hasSize(1);
  }

  @Test
  void refusesIdsThatAreNotOfOneBase() {
    refused(400, 40031, message("a:0", "n", "d"), message("b:1", "n", "d"));
    refused(400, 40031, message("a:1", "n", "d"), message("a:2", "n", "d"));
    refused(400, 40031, message("a:0", "n", "d"), message("a:2", "n", "d"));
    refused(400, 40031, message("evt_1", "n", "d"), message("evt_2", "n", "d"));
    refused(400, 40031, message("", "n", "d"));
  }

  @Test
  void takesUpTo64KilobytesInOneCall() throws Exception {
    publish(message("a", "n", "d".repeat(65_535)));
    refused(413, 40009, message("b", "n", "d".repeat(65_536)));
    refused(
        413,
        40009,
        message("c:0", "n", "d".repeat(40_000)),
        message("c:1", "n", "d".repeat(40_000)));
    refused(413, 40009, message("d", "n", "ü".repeat(32_768)));
    assertThat(standIn.received(CHANNEL)).hasSize(1);
  }

  @Test
  void refusesAWrongKey() {
    refusedWith("standin.local:wrong", 401, 40101);
    refusedWith("standin.other:not-a-secret", 401, 40101);
    refusedWith("elsewhere.local:not-a-secret", 404, 40400);
  }

  @Test
  void takesFiftyMessagesASecondPerChannel() throws Exception {
    publish(array("a", 30));
    publish(array("b", 20));
    refused(429, 42913, message("c", "n", "d"));
    rest(AblyStandIn.KEY).channels.get("another").publish("n", "d");
    clock.tick(Duration.ofMillis(100));
    publish(array("d", 5));
    refused(429, 42913, message("e", "n", "d"));
    standIn.unlimited();
    for (int i = 0; i < 100; i++) {
      publish(array("f" + i, 10));
    }
    assertThat(standIn.received(CHANNEL)).hasSize(1_055);
  }

  @Test
  void throwsHostFailedWhenDown() {
    standIn.faults().down();
    AblyException e =
        catchThrowableOfType(AblyException.class, () -> publish(message("a", "n", "d")));
    assertThat(e).isInstanceOf(AblyException.HostFailedException.class);
    assertThat(e.errorInfo.code).isEqualTo(50000);
  }

  @Test
  void mayHaveAcceptedWhatTimedOut() throws Exception {
    standIn.faults().acceptThenTimeOut();
    AblyException e =
        catchThrowableOfType(AblyException.class, () -> publish(message("a", "n", "d")));
    assertThat(e).isInstanceOf(AblyException.HostFailedException.class);
    assertThat(standIn.received(CHANNEL)).hasSize(1);
    standIn.faults().healthy();
    publish(message("a", "n", "d"));
    assertThat(standIn.received(CHANNEL)).hasSize(1);
  }

  @Test
  void makesOneRequestForOnePublishEvenWhenItFails() {
    standIn.faults().fail(503);
    AblyException e =
        catchThrowableOfType(AblyException.class, () -> publish(message("a", "n", "d")));
    assertThat(e.errorInfo.statusCode).isEqualTo(503);
    assertThat(standIn.requests().count()).isEqualTo(1);
  }

  @Test
  void canSayThatTheAccountIsOverItsLimit() {
    standIn.faults().fail(403, "40115");
    refused(403, 40115, message("a", "n", "d"));
  }

  @Test
  void givesHistoryNewestFirstUnlessAskedOtherwise() throws Exception {
    publish(array("a", 3));
    var channel = rest(AblyStandIn.KEY).channels.get(CHANNEL);
    assertThat(channel.history(new Param[0]).items())
        .extracting(message -> message.id)
        .containsExactly("a:2", "a:1", "a:0");
    Param[] params = {new Param("direction", "forwards"), new Param("limit", "2")};
    assertThat(channel.history(params).items())
        .extracting(message -> message.id)
        .containsExactly("a:0", "a:1");
    assertThat(rest(AblyStandIn.KEY).time()).isEqualTo(clock.millis());
  }

  private void publish(Message... messages) throws AblyException {
    rest(AblyStandIn.KEY).channels.get(CHANNEL).publish(messages);
  }

  private void refused(int status, int code, Message... messages) {
    AblyException e = catchThrowableOfType(AblyException.class, () -> publish(messages));
    assertThat(e.errorInfo.code).isEqualTo(code);
    assertThat(e.errorInfo.statusCode).isEqualTo(status);
  }

  private void refusedWith(String key, int status, int code) {
    AblyException e =
        catchThrowableOfType(
            AblyException.class, () -> rest(key).channels.get(CHANNEL).publish("n", "d"));
    assertThat(e.errorInfo.code).isEqualTo(code);
    assertThat(e.errorInfo.statusCode).isEqualTo(status);
  }

  private AblyRest rest(String key) throws AblyException {
    ClientOptions options = new ClientOptions(key);
    options.restHost = "localhost";
    options.port = standIn.port();
    options.tls = false;
    options.useBinaryProtocol = false;
    options.fallbackHosts = new String[0];
    options.httpRequestTimeout = 1_000;
    AblyRest rest = new AblyRest(options);
    opened.add(rest);
    return rest;
  }

  private static Message[] array(String base, int count) {
    return ids(base, count).stream().map(id -> message(id, "n", "d")).toArray(Message[]::new);
  }

  private static List<String> ids(String base, int count) {
    return IntStream.range(0, count).mapToObj(i -> base + ":" + i).toList();
  }

  private static Message message(String id, String name, String data) {
    Message message = new Message(name, data);
    message.id = id;
    return message;
  }
}
