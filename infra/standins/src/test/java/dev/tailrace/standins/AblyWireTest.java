package dev.tailrace.standins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What goes over the wire where the SDK would hide it or never send it. */
class AblyWireTest {

  private static final String AUTHORIZATION =
      "Basic "
          + Base64.getEncoder().encodeToString(AblyStandIn.KEY.getBytes(StandardCharsets.UTF_8));

  private final AblyStandIn standIn = AblyStandIn.start(0, Clock.systemUTC());
  private final Browser browser = new Browser(standIn);

  @AfterEach
  void close() {
    standIn.close();
  }

  @Test
  void answersWithChannelAndMessageId() throws Exception {
    var one = publish("a%3Ab", "{\"id\":\"evt_1\",\"name\":\"n\",\"data\":{\"x\":1}}");
    assertThat(one.statusCode()).isEqualTo(201);
    assertThat(one.body()).isEqualTo("{\"channel\":\"a:b\",\"messageId\":\"evt_1\"}");
    assertThat(standIn.received("a:b").getFirst())
        .extracting(AblyMessage::data, AblyMessage::encoding)
        .containsExactly("{\"x\":1}", "json");
    assertThat(publish("a%3Ab", "[{\"id\":\"b:0\"},{\"id\":\"b:1\"}]").body())
        .contains("\"messageId\":\"b\"");
  }

  @Test
  void refusesBadChannelNames() throws Exception {
    for (String name : List.of("", "%5Ba", "%3Aa", "a%0Ab")) {
      var response = publish(name, "{}");
      assertThat(response.statusCode()).as(name).isEqualTo(400);
      assertThat(response.headers().firstValue("X-Ably-ErrorCode")).as(name).hasValue("40010");
    }
    assertThat(standIn.channels()).isEmpty();
  }

  @Test
  void refusesBadBodies() throws Exception {
    for (String body : List.of("", "[]", "{", "1", "[1]", "{\"id\":1}", "{} {}")) {
      assertThat(publish("a", body).body()).as(body).contains("\"code\":40001");
    }
    assertThat(
            browser.call(
                "POST",
                "/channels/a/messages",
                "x",
                "Authorization",
                AUTHORIZATION,
                "Content-Type",
                "application/x-msgpack"))
        .satisfies(response -> assertThat(response.statusCode()).isEqualTo(415));
  }

  @Test
  void refusesMissingAndUnreadableKeys() throws Exception {
    assertThat(browser.get("/channels/a/messages").body()).contains("\"code\":40101");
    assertThat(browser.get("/channels/a/messages", "Authorization", "Basic !").body())
        .contains("\"code\":40005");
    assertThat(browser.get("/channels/a/messages", "Authorization", "Bearer x").body())
        .contains("\"code\":40101");
    assertThat(browser.get("/time").statusCode()).isEqualTo(200);
  }

  @Test
  void refusesUnknownPathsMethodsAndLimits() throws Exception {
    assertThat(browser.get("/nosuch", "Authorization", AUTHORIZATION).body())
        .contains("\"code\":40400");
    assertThat(
            browser
                .call("DELETE", "/channels/a/messages", "", "Authorization", AUTHORIZATION)
                .statusCode())
        .isEqualTo(405);
    assertThat(
            browser.get("/channels/a/messages?limit=1001", "Authorization", AUTHORIZATION).body())
        .contains("\"code\":40003");
    for (String query : List.of("limit=0", "limit=x", "direction=up", "start=-1", "limit=%zz")) {
      assertThat(rawStatus("/channels/a/messages?" + query)).as(query).contains(" 400 ");
    }
  }

  @Test
  void letsAnyoneWatchAChannel() throws Exception {
    List<String> lines = new CopyOnWriteArrayList<>();
    Thread watcher =
        Thread.ofVirtual().start(() -> watch("/_standin/channels/a%3Ab/events", lines));
    await().until(() -> lines.contains(": watching"));
    publish("a%3Ab", "[{\"id\":\"b:0\",\"name\":\"first\"},{\"id\":\"b:1\",\"name\":\"second\"}]");
    await().until(() -> lines.stream().filter(line -> line.startsWith("data: ")).count() == 2);
    assertThat(lines.stream().filter(line -> line.startsWith("data: ")).toList())
        .first()
        .asString()
        .contains("\"name\":\"first\"");
    assertThat(browser.get("/_standin/channels").body())
        .isEqualTo("[{\"channel\":\"a:b\",\"messages\":2}]");
    standIn.close();
    watcher.join();
  }

  @Test
  void cutsOffAWatcherThatDoesNotRead() throws Exception {
    Subscriber subscriber = new Subscriber(() -> {});
    for (int i = 0; i < 10_001; i++) {
      subscriber.offer("x");
    }
    var out = new java.io.ByteArrayOutputStream();
    subscriber.writeTo(out);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("event: overrun");
  }

  /** The first line of the answer to a path that a well-behaved client wouldn't send. */
  private String rawStatus(String path) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), standIn.port())) {
      String request =
          "GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: %s\r\nConnection: close\r\n\r\n"
              .formatted(path, AUTHORIZATION);
      socket.setSoTimeout(2_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
          .readLine();
    }
  }

  private HttpResponse<String> publish(String channel, String body) throws Exception {
    return browser.call(
        "POST", "/channels/" + channel + "/messages", body, "Authorization", AUTHORIZATION);
  }

  private void watch(String path, List<String> lines) {
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      HttpRequest request = HttpRequest.newBuilder(URI.create(standIn.url() + path)).build();
      client.send(request, HttpResponse.BodyHandlers.ofLines()).body().forEach(lines::add);
    } catch (Exception e) {
      lines.add("ended");
    }
  }
}
