package dev.tailrace.standins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What sandboxes run, and the daemons that a host runs in them. */
class DaemonHostTest {

  private static final String MACHINE = "mch_1";

  private final Clock clock = Clock.systemUTC();
  private final ReportReceiver platform = new ReportReceiver();
  private final DaytonaStandIn daytona = DaytonaStandIn.start(0, clock);
  private final DaemonHost host = DaemonHost.start(clock);
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    daytona.close();
    host.close();
    platform.close();
    http.close();
  }

  @Test
  void bootsASandboxWhenItIsStartedAndClosesWhatRunsWhenItStops() throws Exception {
    List<String> seen = new CopyOnWriteArrayList<>();
    daytona.boots(
        (sandbox, env) -> {
          seen.add("up " + env.get("COLOUR"));
          return () -> seen.add("down");
        });
    String sandbox = sandbox("{\"env\":{\"COLOUR\":\"blue\"}}");
    await().until(() -> seen.equals(List.of("up blue")));
    act(sandbox, "stop");
    await().until(() -> seen.equals(List.of("up blue", "down")));
    act(sandbox, "start");
    await().until(() -> seen.equals(List.of("up blue", "down", "up blue")));
    daytona.put(sandbox, "error");
    await().until(() -> seen.equals(List.of("up blue", "down", "up blue", "down")));
  }

  @Test
  void aSandboxThatBootsForLongHoldsUpNoOther() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    List<String> up = new CopyOnWriteArrayList<>();
    daytona.boots(
        (sandbox, env) -> {
          if (env.containsKey("SLOW")) {
            over.await();
          }
          up.add(sandbox);
          return () -> {};
        });
    String slow = sandbox("{\"env\":{\"SLOW\":\"yes\"}}");
    await().until(() -> daytona.state(slow).orElseThrow().equals("started"));
    String quick = sandbox("{}");
    await().until(() -> up.contains(quick));
    assertThat(up).doesNotContain(slow);
    over.countDown();
    await().until(() -> up.contains(slow));
  }

  @Test
  void whatCannotBootLeavesItsSandboxStarted() throws Exception {
    daytona.hosts(host);
    String sandbox = sandbox("{\"env\":{\"TAILRACE_MACHINE_ID\":\"mch_1\"}}");
    await().until(() -> daytona.state(sandbox).orElseThrow().equals("started"));
    assertThat(host.daemon(MACHINE)).isEmpty();
    assertThatThrownBy(() -> host.start(sandbox, Map.of("TAILRACE_MACHINE_ID", MACHINE)))
        .hasMessageContaining("TAILRACE_WEBHOOK_SECRET");
  }

  @Test
  void aDaemonReportsThatItIsReadyUntilItIsAnswered() throws Exception {
    platform.answer(503);
    daytona.hosts(host);
    sandbox(environment());
    await().until(() -> platform.reports().size() >= 2);
    platform.answer(200);
    int before = platform.reports().size();
    await().until(() -> platform.reports().size() > before);

    ReportReceiver.Report report = platform.reports().getLast();
    assertThat(report.path()).isEqualTo("/rpc/machine.reportStatus");
    assertThat(report.authorization()).isEqualTo("Bearer tr_d_1");
    assertThat(report.json().path("machineId").asText()).isEqualTo(MACHINE);
    assertThat(report.json().path("status").asText()).isEqualTo("ready");
    assertThat(report.json().path("url").asText())
        .isEqualTo(host.daemon(MACHINE).orElseThrow().url());
  }

  @Test
  void aDaemonKeepsItsAddressAndWhatItReceivedOverAStopOfItsSandbox() throws Exception {
    daytona.hosts(host);
    String sandbox = sandbox(environment());
    await().until(() -> !platform.reports().isEmpty());
    DaemonStandIn daemon = host.daemon(MACHINE).orElseThrow();
    assertThat(forward(daemon, "evt_1").statusCode()).isEqualTo(200);

    act(sandbox, "stop");
    await().until(() -> daemon.faults().current() instanceof Fault.Down);
    assertThatThrownBy(() -> forward(daemon, "evt_2")).isInstanceOf(IOException.class);

    act(sandbox, "start");
    await().until(() -> platform.reports().size() == 2);
    assertThat(host.daemon(MACHINE)).containsSame(daemon);
    assertThat(forward(daemon, "evt_1").statusCode()).isEqualTo(200);
    assertThat(forward(daemon, "evt_2").statusCode()).isEqualTo(200);
    assertThat(daemon.deliveries())
        .extracting(DaemonDelivery::webhookId)
        .containsExactly("evt_1", "evt_2");
    assertThat(daemon.duplicates()).hasSize(1);
  }

  @Test
  void isWatchedAndDisturbedByTheControlPathsOfDaytona() throws Exception {
    Browser browser = new Browser(daytona);
    assertThat(browser.get("/_standin/machines").statusCode()).isEqualTo(404);
    daytona.hosts(host);
    String sandbox = sandbox(environment());
    await().until(() -> !platform.reports().isEmpty());
    DaemonStandIn daemon = host.daemon(MACHINE).orElseThrow();
    forward(daemon, "evt_1");
    forward(daemon, "evt_1");

    assertThat(browser.get("/_standin/machines").body())
        .isEqualTo(
            """
            {"machines":[{"machineId":"mch_1","sandboxId":"%s","url":"%s","received":2,"taken":1,"duplicates":1}]}"""
                .formatted(sandbox, daemon.url()));
    assertThat(browser.get("/_standin/machines/mch_1/deliveries").body())
        .contains("\"taken\":1,\"duplicates\":1", "\"webhookId\":\"evt_1\"");
    assertThat(browser.get("/_standin/machines/mch_2/deliveries").statusCode()).isEqualTo(404);

    String faults = "/_standin/machines/mch_1/faults";
    assertThat(put(faults, "{\"state\":\"down\",\"for\":\"PT1H\"}").statusCode()).isEqualTo(200);
    assertThatThrownBy(() -> forward(daemon, "evt_2")).isInstanceOf(IOException.class);
    assertThat(browser.get(faults).body()).contains("down");
    assertThat(put(faults, "{\"state\":\"asleep\"}").statusCode()).isEqualTo(400);
    assertThat(put(faults, "{\"state\":\"healthy\"}").statusCode()).isEqualTo(200);
    assertThat(forward(daemon, "evt_2").statusCode()).isEqualTo(200);
  }

  private String environment() {
    ObjectNode body = Json.object();
    body.putObject("env")
        .put("TAILRACE_MACHINE_ID", MACHINE)
        .put("TAILRACE_WEBHOOK_SECRET", SvixReceiver.SECRET)
        .put("TAILRACE_API", platform.url())
        .put("TAILRACE_TOKEN", "tr_d_1");
    return Json.write(body);
  }

  private HttpResponse<String> forward(DaemonStandIn daemon, String id) throws Exception {
    String body = "{\"event\":{\"channel\":\"C1\",\"ts\":\"1.1\"}}";
    return http.send(
        HttpRequest.newBuilder(URI.create(daemon.url() + DaemonStandIn.SLACK))
            .header("webhook-id", id)
            .header("webhook-timestamp", Long.toString(clock.instant().getEpochSecond()))
            .header(
                "webhook-signature",
                SvixSignature.header(SvixReceiver.SECRET, id, clock.instant(), body))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private String sandbox(String body) throws Exception {
    HttpResponse<String> answer = send("POST", "/api/sandbox", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.readObject(answer.body()).orElseThrow().path("id").asText();
  }

  private void act(String sandbox, String verb) throws Exception {
    HttpResponse<String> answer = send("POST", "/api/sandbox/" + sandbox + "/" + verb, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private HttpResponse<String> put(String path, String body) throws Exception {
    return send("PUT", path, body);
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(daytona.url() + path))
            .header("Authorization", "Bearer " + DaytonaStandIn.API_KEY)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
