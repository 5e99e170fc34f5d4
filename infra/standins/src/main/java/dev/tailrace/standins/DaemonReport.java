package dev.tailrace.standins;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A daemon's word that it is ready, and where: {@code machine.reportStatus}, again and again until
 * it is answered. An answer that isn't 2xx is one too, unless it asks to come back.
 */
final class DaemonReport implements AutoCloseable {

  private static final Logger LOG = System.getLogger(DaemonReport.class.getName());
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration FIRST_WAIT = Duration.ofMillis(100);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);
  private static final int TOO_MANY = 429;
  private static final int SERVER_ERROR = 500;

  private final HttpClient client;
  private final HttpRequest request;
  private final String machineId;
  private final CountDownLatch closed = new CountDownLatch(1);

  private DaemonReport(HttpClient client, HttpRequest request, String machineId) {
    this.client = client;
    this.request = request;
    this.machineId = machineId;
  }

  /**
   * Reports, on a thread of its own.
   *
   * @param api where procedures are called, such as {@code http://localhost:8080}
   * @param token the machine's own
   * @param url where the daemon answers
   */
  static DaemonReport start(
      HttpClient client, URI api, String token, String machineId, String url) {
    String body =
        Json.write(
            Json.object().put("machineId", machineId).put("status", "ready").put("url", url));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(api + "/rpc/machine.reportStatus"))
            .timeout(TIMEOUT)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    DaemonReport report = new DaemonReport(client, request, machineId);
    var _ = Thread.ofVirtual().name("daemon-report-" + machineId).start(report::run);
    return report;
  }

  @Override
  public void close() {
    closed.countDown();
  }

  private void run() {
    try {
      Duration wait = FIRST_WAIT;
      while (!isAnswered()) {
        if (closed.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
          return;
        }
        wait =
            wait.multipliedBy(2).compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait.multipliedBy(2);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isAnswered() throws InterruptedException {
    try {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      int status = answer.statusCode();
      if (status == TOO_MANY || status >= SERVER_ERROR) {
        return false;
      }
      if (status / 100 != 2) {
        LOG.log(
            Level.WARNING,
            "Machine {0} is not made active: {1} {2}",
            machineId,
            Integer.toString(status),
            answer.body());
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
