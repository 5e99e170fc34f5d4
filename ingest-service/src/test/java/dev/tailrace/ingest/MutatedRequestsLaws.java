package dev.tailrace.ingest;

import static dev.tailrace.ingest.StripeBodies.subscriptionCreated;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.net.Webhook;
import dev.tailrace.testkit.Seed;
import dev.tailrace.testkit.Seeds;
import dev.tailrace.testkit.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whatever is sent, no answer is an error of ours, and nothing unsigned is stored. */
class MutatedRequestsLaws {

  private static RunningIngest ingest;

  private final AtomicInteger runs = new AtomicInteger();

  @BeforeAll
  static void start() throws Exception {
    ingest = RunningIngest.on(TestDatabase.create());
  }

  @AfterAll
  static void stop() {
    ingest.close();
  }

  @Test
  void mutatedBodiesWithAStaleSignatureStoreNothing() {
    Seeds.forEach(
        250,
        seed -> {
          String body = subscriptionCreated("evt_" + runs.incrementAndGet(), "cus_1");
          byte[] mutated = mutated(seed, body.getBytes(UTF_8));
          String header =
              seed.flip() ? ingest.signature(body) : mutated(seed, ingest.signature(body));
          boolean untouched = Arrays.equals(mutated, body.getBytes(UTF_8));
          long before = stored();
          int status = post(header, mutated);
          assertThat(status).isBetween(200, 499);
          if (!untouched) {
            assertThat(status).isBetween(400, 499);
            assertThat(stored()).isEqualTo(before);
          }
        });
  }

  @Test
  void signedNonsenseIsNeverAnErrorOfOurs() {
    Seeds.forEach(
        250,
        seed -> {
          String object = seed.oneIn(3) ? seed.json() : "{\"id\":\"sub_1\",\"customer\":\"cus_1\"}";
          String body =
              StripeBodies.event(
                  "evt_signed_" + runs.incrementAndGet(), "customer.subscription.updated", object);
          byte[] mutated = mutated(seed, body.getBytes(UTF_8));
          long before = stored();
          int status = post(signed(mutated), mutated);
          assertThat(status).isBetween(200, 499);
          assertThat(stored() - before)
              .describedAs(new String(mutated, UTF_8))
              .isEqualTo(status == 200 ? 1 : 0);
        });
  }

  private static long stored() {
    return ingest.database().count("select count(*) from outbox_event");
  }

  private static String signed(byte[] body) throws Exception {
    // Stripe's library signs text; of bytes that are no UTF-8 it could only sign something else.
    String text = new String(body, UTF_8);
    return Arrays.equals(text.getBytes(UTF_8), body)
        ? "t=1700000000,v1="
            + Webhook.Util.computeHmacSha256(RunningIngest.SECRET, "1700000000." + text)
        : "t=1700000000,v1=00";
  }

  static byte[] mutated(Seed seed, byte[] bytes) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(bytes);
    for (int i = seed.below(1 + seed.size() / 20); i >= 0; i--) {
      byte[] now = out.toByteArray();
      int at = seed.below(now.length + 1);
      out.reset();
      out.write(now, 0, at);
      switch (seed.below(4)) {
        case 0 -> out.writeBytes(seed.awkward().getBytes(UTF_8));
        case 1 -> out.writeBytes(seed.bytes());
        case 2 ->
            out.writeBytes(
                seed.<String>oneOf(List.of("{", "}", "\"", "\\u0000", "\\ud800", "null", "1e999"))
                    .getBytes(UTF_8));
        default -> {
          // Drops what follows, as far as it is drawn.
        }
      }
      int from = Math.min(now.length, at + seed.below(4));
      out.write(now, from, now.length - from);
    }
    return out.toByteArray();
  }

  private static String mutated(Seed seed, String header) {
    return new String(mutated(seed, header.getBytes(UTF_8)), ISO_8859_1)
        .replaceAll("[\r\n\0]", " ");
  }

  /** By hand: a client library would refuse to send such headers. */
  private static int post(String signature, byte[] body) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), ingest.port())) {
      socket.setSoTimeout(20_000);
      var request = new ByteArrayOutputStream();
      request.writeBytes(
          """
          POST /webhooks/stripe HTTP/1.1\r
          Host: localhost\r
          Connection: close\r
          Content-Length: %d\r
          Stripe-Signature: %s\r
          \r
          """
              .formatted(body.length, signature)
              .replace("\r\n", "\n")
              .replace("\n", "\r\n")
              .getBytes(ISO_8859_1));
      request.writeBytes(body);
      socket.getOutputStream().write(request.toByteArray());
      return status(socket.getInputStream());
    }
  }

  private static int status(InputStream in) throws IOException {
    String line = new String(in.readNBytes("HTTP/1.1 200".length()), ISO_8859_1);
    return Integer.parseInt(line.substring(line.length() - 3));
  }
}
