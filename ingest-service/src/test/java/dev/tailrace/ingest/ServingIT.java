package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailrace.contracts.outbox.DatabaseConfig;
import dev.tailrace.contracts.service.AdminAddress;
import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ServingIT {

  private static final String HEAD = "POST /webhooks/stripe HTTP/1.1\r\nHost: localhost\r\n";

  private static RunningIngest ingest;

  @BeforeAll
  static void start() throws Exception {
    ingest = RunningIngest.on(TestDatabase.create());
  }

  @AfterAll
  static void stop() {
    ingest.close();
  }

  @Test
  void refusesABodyThatEndsEarly() throws Exception {
    assertProblem(400, answer(HEAD + "Content-Length: 10\r\n\r\nshort"));
    assertProblem(400, answer(HEAD + "Transfer-Encoding: chunked\r\n\r\na\r\nshort"));
  }

  @Test
  void refusesBrokenFraming() throws Exception {
    assertProblem(400, answer(HEAD + "Content-Length: ten\r\n\r\n"));
    assertProblem(400, answer(HEAD + "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n"));
    assertProblem(400, answer(HEAD + "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n"));
    assertProblem(400, answer(HEAD + "Transfer-Encoding: chunked\r\n\r\n1\nx\n0\n\n"));
    assertProblem(400, answer(HEAD + "Transfer-Encoding: chunked\r\n\r\n0\r\nTrailer: x\r\n\r\n"));
    assertProblem(
        400, answer(HEAD + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
  }

  @Test
  void refusesAHugeChunkBeforeItIsSent() throws Exception {
    assertProblem(413, answer(HEAD + "Transfer-Encoding: chunked\r\n\r\n7fffffff\r\nx"));
    assertProblem(413, answer(HEAD + "Content-Length: 9999999999\r\n\r\nx"));
  }

  @Test
  void cutsOffASenderThatIsTooSlow() throws Exception {
    try (var slow = new Socket(InetAddress.getLoopbackAddress(), ingest.port())) {
      slow.setSoTimeout(50);
      slow.getOutputStream().write((HEAD + "Content-Length: 10\r\n\r\nab").getBytes(US_ASCII));
      Await.until(
          "the connection has ended",
          () -> {
            ingest.clock().advance(SlowSenders.PATIENCE);
            return hasEnded(slow);
          });
    }
  }

  private static boolean hasEnded(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() == -1;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true;
    }
  }

  @Test
  void answersARequestWithoutABody() throws Exception {
    assertProblem(401, answer(HEAD + "Connection: close\r\n\r\n"));
  }

  @Test
  void saysThatItsPortIsTaken() {
    var taken =
        new IngestConfig(
            new IngestConfig.Address("127.0.0.1", ingest.port()),
            AdminAddress.FREE,
            new DatabaseConfig(
                ingest.database().jdbcUrl(),
                ingest.database().user(),
                "",
                1,
                Duration.ofSeconds(1)),
            new IngestConfig.Load(1, 4, 64 << 20, 2, 256),
            RunningIngest.sources(),
            new IngestConfig.Events(1),
            OAuthSettings.none());
    assertThatThrownBy(() -> IngestMain.start(taken, ingest.clock()))
        .hasMessageContaining("port " + ingest.port() + " of 127.0.0.1 can't be had");
  }

  private static void assertProblem(int status, String answer) {
    assertThat(answer)
        .startsWith("HTTP/1.1 " + status + " ")
        .containsIgnoringCase("Content-Type: application/problem+json")
        .contains("\"status\":" + status)
        .doesNotContain("Exception");
  }

  /** Sends the text, says that no more comes, and reads what is answered. */
  private static String answer(String request) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), ingest.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }
}
