package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailrace.testkit.Seed;
import dev.tailrace.testkit.Seeds;
import dev.tailrace.testkit.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The same over HTTP and into Postgres, a few hundred times: no answer is an error of ours, and
 * nothing unsigned is stored.
 */
class MutatedRequestsLaws {

  private static final int RUNS = 80;

  private static RunningIngest ingest;

  private int run;

  @BeforeAll
  static void start() throws Exception {
    ingest = RunningIngest.on(TestDatabase.create());
  }

  @AfterAll
  static void stop() {
    ingest.close();
  }

  @TestFactory
  Stream<DynamicTest> everyMutationIsAnsweredAndOnlyWhatIsSignedIsStored() {
    return Stream.of(TestProvider.values())
        .map(
            provider ->
                DynamicTest.dynamicTest(
                    provider.name(), () -> Seeds.forEach(RUNS, seed -> holds(seed, provider))));
  }

  private void holds(Seed seed, TestProvider provider) throws IOException {
    String json = seed.oneOf(provider.bodies()).formatted(++run);
    byte[] body =
        switch (seed.below(3)) {
          case 0 -> provider.encoded(json);
          case 1 -> Mutations.bytes(seed, provider.encoded(json));
          default -> provider.encoded(Mutations.value(seed, json));
        };
    Map<String, String> signed = provider.signed("msg_" + run, ingest.clock().instant(), body);
    var headers = new HashMap<String, List<String>>();
    signed.forEach((name, value) -> headers.put(name, List.of(value)));
    if (seed.oneIn(3)) {
      Mutations.headers(seed, headers);
    }
    byte[] sent = seed.oneIn(6) ? Mutations.bytes(seed, body) : body;
    boolean genuine = Arrays.equals(sent, body) && TestProvider.holds(headers, signed);

    long before = stored();
    int status = post(provider.route(), headers, sent);
    long written = stored() - before;

    assertThat(status).isBetween(200, 499);
    assertThat(written).isBetween(0L, status == 200 ? 1L : 0L);
    if (!genuine) {
      assertThat(status).isGreaterThanOrEqualTo(400);
    }
  }

  private static long stored() {
    return ingest.database().count("select count(*) from outbox_event");
  }

  /** By hand: a client library would refuse to send such headers. */
  private static int post(String path, Map<String, List<String>> headers, byte[] body)
      throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), ingest.port())) {
      socket.setSoTimeout(20_000);
      var head = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: localhost\r\n");
      head.append("Connection: close\r\nContent-Length: " + body.length + "\r\n");
      headers.forEach(
          (name, values) -> values.forEach(value -> head.append(name + ": " + value + "\r\n")));
      var request = new ByteArrayOutputStream();
      request.writeBytes(head.append("\r\n").toString().getBytes(ISO_8859_1));
      request.writeBytes(body);
      socket.getOutputStream().write(request.toByteArray());
      String line =
          new String(socket.getInputStream().readNBytes("HTTP/1.1 200".length()), US_ASCII);
      return Integer.parseInt(line.substring(line.length() - 3));
    }
  }
}
