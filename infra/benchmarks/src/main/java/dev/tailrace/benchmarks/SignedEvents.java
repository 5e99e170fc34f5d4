package dev.tailrace.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Requests that deliver events of Stripe, each of 1 kB with an id of its own, correctly signed; as
 * the bytes that go over the wire. For one thread.
 */
final class SignedEvents {

  private static final int BODY_BYTES = 1024;
  private static final String ALGORITHM = "HmacSHA256";
  private static final HexFormat HEX = HexFormat.of();

  private final int customers;
  private final Mac mac;
  private final String run = Long.toString(System.nanoTime(), 36);
  private long number;

  /**
   * @param secret what they are signed with
   * @param customers over so many customers they are spread
   */
  SignedEvents(String secret, int customers) {
    this.customers = customers;
    try {
      this.mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.getBytes(US_ASCII), ALGORITHM));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  /** The next request. */
  byte[] next() {
    number++;
    byte[] body = body().getBytes(US_ASCII);
    long now = Instant.now().getEpochSecond();
    mac.update((now + ".").getBytes(US_ASCII));
    String signature = HEX.formatHex(mac.doFinal(body));
    byte[] head =
        """
        POST /webhooks/stripe HTTP/1.1\r
        Host: 127.0.0.1\r
        Content-Type: application/json; charset=utf-8\r
        Stripe-Signature: t=%d,v1=%s\r
        Content-Length: %d\r
        \r
        """
            .formatted(now, signature, body.length)
            .getBytes(US_ASCII);
    byte[] request = new byte[head.length + body.length];
    System.arraycopy(head, 0, request, 0, head.length);
    System.arraycopy(body, 0, request, head.length, body.length);
    return request;
  }

  private String body() {
    long customer = number % customers;
    String start =
        """
        {"id":"evt_%s%012d","object":"event","api_version":"2025-03-31.basil","created":%d,\
        "type":"customer.subscription.updated","livemode":false,"data":{"object":{"id":"sub_%d",\
        "object":"subscription","customer":"cus_%d","status":"active","cancel_at_period_end":false,\
        "items":{"object":"list","data":[{"id":"si_%d","object":"subscription_item",\
        "current_period_start":1767225600,"current_period_end":1769904000,"quantity":1}]},\
        "metadata":{"note":\""""
            .formatted(run, number, 1_767_225_600 + number, customer, customer, customer);
    String end = "\"}}}}";
    return start + "x".repeat(Math.max(0, BODY_BYTES - start.length() - end.length())) + end;
  }
}
