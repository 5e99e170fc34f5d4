package dev.tailrace.consumers.forwarding;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.service.HttpCalls;
import dev.tailrace.contracts.service.HttpCalls.Heard;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Fetches mails from Resend, whose webhook tells of them without their texts: {@code GET
 * /emails/receiving/{id}}.
 *
 * <p>Nothing that it answers is final. A mail may be there a moment after its webhook, and a key is
 * refused from its rotation until we have the new one.
 */
final class ResendMails implements Mails, AutoCloseable {

  /** How long a call may take, its answer's body included. */
  static final Duration LONGEST = Duration.ofSeconds(10);

  /** More than may go on from here, since JSON spells some characters out. */
  private static final int MOST_ANSWER_BYTES = 12 * 1024 * 1024;

  private final String receiving;
  private final String key;
  private final Clock clock;
  private final HttpCalls http;

  ResendMails(ForwardingConfig.Resend resend, Clock clock) {
    this.receiving = resend.url().toString().replaceFirst("/+$", "") + "/emails/receiving/";
    this.key = resend.key();
    this.clock = clock;
    this.http = new HttpCalls(LONGEST, MOST_ANSWER_BYTES);
  }

  @Override
  public Fetched fetch(String emailId) throws InterruptedException {
    return switch (http.send(request(emailId))) {
      case Heard.Said said -> answered(emailId, said);
      case Heard.Nothing nothing when nothing.equals(Heard.TOO_LONG) -> new Fetched.TooLarge();
      case Heard.Nothing(String reason) -> later("Resend could not be asked: " + reason);
    };
  }

  private HttpRequest request(String emailId) {
    return HttpRequest.newBuilder(URI.create(receiving + URLEncoder.encode(emailId, UTF_8)))
        .header("Authorization", "Bearer " + key)
        .header("Accept", "application/json")
        .header("User-Agent", "tailrace")
        .GET()
        .build();
  }

  private Fetched answered(String emailId, Heard.Said said) {
    int status = said.status();
    return switch (status) {
      case 200 -> read(said.body());
      case 400, 401, 403 ->
          later(
              "Resend refuses the key of FORWARDING_RESEND_API_KEY, or what it is asked, with "
                  + status);
      case 404 -> later("Resend has no mail %s, or not yet".formatted(emailId));
      default -> new Fetched.Later(said.retryAfter(clock.instant()), "Resend answered " + status);
    };
  }

  private static Fetched read(String body) {
    try {
      JsonNode told = Json.read(body);
      return new Fetched.Found(
          new Mail(
              text(told.path("html")),
              text(told.path("text")),
              told.path("headers") instanceof ObjectNode headers
                  ? headers
                  : Json.MAPPER.createObjectNode()));
    } catch (JsonProcessingException e) {
      return later("Resend answered 200 without JSON");
    }
  }

  private static Optional<String> text(JsonNode node) {
    return node.isTextual() ? Optional.of(node.textValue()) : Optional.empty();
  }

  private static Fetched later(String reason) {
    return new Fetched.Later(Optional.empty(), reason);
  }

  @Override
  public void close() {
    http.close();
  }
}
