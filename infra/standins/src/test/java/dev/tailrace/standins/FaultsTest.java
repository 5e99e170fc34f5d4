package dev.tailrace.standins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FaultsTest {

  private final StandIn standIn = AblyStandIn.start(0, Clock.systemUTC());
  private final Browser browser = new Browser(standIn);

  @AfterEach
  void close() {
    standIn.close();
  }

  @Test
  void answersWhenHealthy() throws Exception {
    assertThat(browser.get("/time").statusCode()).isEqualTo(200);
  }

  @Test
  void takesItsTimeWhenSlow() throws Exception {
    standIn.faults().slow(Duration.ofMillis(300));
    long begun = System.nanoTime();
    assertThat(browser.get("/time").statusCode()).isEqualTo(200);
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isGreaterThanOrEqualTo(Duration.ofMillis(300));
  }

  @Test
  void failsAsOftenAsItWasTold() throws Exception {
    standIn.faults().fail(503, 2);
    assertThat(browser.get("/time").statusCode()).isEqualTo(503);
    assertThat(browser.get("/time").statusCode()).isEqualTo(503);
    assertThat(browser.get("/time").statusCode()).isEqualTo(200);
    assertThat(standIn.faults().current()).isEqualTo(new Fault.Healthy());
  }

  @Test
  void failsUntilToldOtherwise() throws Exception {
    standIn.faults().fail(500);
    for (int i = 0; i < 5; i++) {
      assertThat(browser.get("/time").statusCode()).isEqualTo(500);
    }
    standIn.faults().healthy();
    assertThat(browser.get("/time").statusCode()).isEqualTo(200);
  }

  @Test
  void refusesConnectionsWhenDownAndComesBackOnItsPort() throws Exception {
    int port = standIn.port();
    standIn.faults().down();
    assertThatThrownBy(() -> browser.get("/time")).isInstanceOf(ConnectException.class);
    assertThat(standIn.port()).isEqualTo(port);
    standIn.faults().healthy();
    assertThat(browser.get("/time").statusCode()).isEqualTo(200);
    assertThat(standIn.port()).isEqualTo(port);
  }

  @Test
  void goesDownAndUpManyTimes() throws Exception {
    for (int i = 0; i < 10; i++) {
      standIn.faults().down();
      assertThatThrownBy(() -> browser.get("/time")).isInstanceOf(ConnectException.class);
      standIn.faults().healthy();
      assertThat(browser.get("/time").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void isDownForAsLongAsItWasToldOverHttp() throws Exception {
    assertThat(
            browser.put("/_standin/faults", "{\"state\":\"down\",\"for\":\"PT1S\"}").statusCode())
        .isEqualTo(200);
    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> browser.get("/time"))
                    .isInstanceOf(ConnectException.class));
    await().ignoreExceptions().until(() -> browser.get("/time").statusCode() == 200);
  }

  @Test
  void neverAnswersWhatItAcceptedWhenToldToTimeOut() throws Exception {
    standIn.faults().acceptThenTimeOut();
    assertThatThrownBy(() -> browser.get("/time")).isInstanceOf(HttpTimeoutException.class);
    assertThat(standIn.requests().list())
        .last()
        .extracting(ReceivedRequest::status)
        .isEqualTo(OptionalInt.empty());
    standIn.faults().healthy();
    assertThat(browser.get("/time").statusCode()).isEqualTo(200);
  }

  @Test
  void readsAndWritesFaultsOverHttp() throws Exception {
    String failing = "{\"state\":\"failing\",\"status\":429,\"code\":\"42910\",\"times\":1}";
    assertThat(browser.put("/_standin/faults", failing).statusCode()).isEqualTo(200);
    assertThat(browser.get("/_standin/faults").body()).isEqualTo(failing);
    assertThat(browser.get("/time").headers().firstValue("X-Ably-ErrorCode")).hasValue("42910");
    assertThat(browser.get("/_standin/faults").body()).isEqualTo("{\"state\":\"healthy\"}");
  }

  @Test
  void saysWhatIsLegalWhenAFaultIsNot() throws Exception {
    Map<String, String> bad =
        Map.of(
            "{", "not a JSON object",
            "{\"state\":\"sleepy\"}", "unknown state 'sleepy'",
            "{\"state\":\"slow\",\"delay\":\"soon\"}", "'delay' must be a duration",
            "{\"state\":\"slow\",\"delay\":\"PT-1S\"}", "above zero",
            "{\"state\":\"down\"}", "'for' must be a duration",
            "{\"state\":\"failing\",\"status\":200}", "400 to 599",
            "{\"state\":\"failing\",\"status\":503,\"times\":0}", "at least 1",
            "{\"state\":\"failing\",\"status\":503,\"time\":3}", "unknown field 'time'");
    for (Map.Entry<String, String> entry : bad.entrySet()) {
      var response = browser.put("/_standin/faults", entry.getKey());
      assertThat(response.statusCode()).as(entry.getKey()).isEqualTo(400);
      assertThat(response.body()).contains(entry.getValue()).contains("legal: ");
    }
    assertThat(standIn.faults().current()).isEqualTo(new Fault.Healthy());
  }

  @Test
  void remembersWhatItReceivedButNoCredentials() throws Exception {
    browser.get("/time", "Authorization", "Basic c2VjcmV0OnNlY3JldA==", "Idempotency-Key", "k1");
    assertThat(standIn.requests().count()).isEqualTo(1);
    String body = browser.get("/_standin/requests").body();
    assertThat(body)
        .contains("\"path\":\"/time\"")
        .contains("\"Idempotency-Key\":\"k1\"")
        .contains("\"status\":200");
    assertThat(body).doesNotContain("Basic").doesNotContain("/_standin/");
  }

  @Test
  void keepsTheNewestTenThousandRequests() {
    ReceivedRequests requests = new ReceivedRequests(Clock.systemUTC());
    for (int i = 0; i < 10_005; i++) {
      requests.add(new Request("GET", "/" + i, "", Map.of(), Body.empty()), OptionalInt.of(200));
    }
    assertThat(requests.count()).isEqualTo(10_005);
    assertThat(requests.list()).hasSize(10_000);
    assertThat(requests.list().getFirst().path()).isEqualTo("/5");
  }

  @Test
  void canBeClosedWhileDown() {
    standIn.faults().down();
    standIn.close();
    standIn.faults().healthy();
    assertThatThrownBy(() -> browser.get("/time")).isInstanceOf(ConnectException.class);
  }

  @Test
  void waitsForNobodyWhenClosedWhileSlow() {
    standIn.faults().slow(Duration.ofHours(1));
    assertThatThrownBy(() -> browser.get("/time")).isInstanceOf(HttpTimeoutException.class);
    assertTimeout(Duration.ofSeconds(3), standIn::close);
  }

  @Test
  void refusesAPathThatCannotBeDecoded() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), standIn.port())) {
      byte[] request =
          "GET /channels/%zz/messages HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
              .getBytes(StandardCharsets.US_ASCII);
      socket.setSoTimeout(2_000);
      socket.getOutputStream().write(request);
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .startsWith("HTTP/1.1 400");
    }
  }
}
