package dev.tailrace.consumers.machines;

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
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Sandboxes at Daytona, by its REST API.
 *
 * <p>Daytona has no idempotency keys. A sandbox has its machine's id as its name, which is unique
 * in an organization, and as a label: so the second call that makes one is refused with 409, and
 * finds what the first has made. It stays up until it is told to stop; without that Daytona would
 * stop it after a quarter of an hour in which nobody called it.
 */
final class DaytonaSandboxes implements Sandboxes, AutoCloseable {

  /** What every sandbox that is made here has. */
  private static final String OURS = "tailrace";

  private static final String MACHINE = "machine";
  private static final String OF_MACHINE = "tailrace-machine";

  /** How long a call may take, its answer's body included. */
  private static final Duration LONGEST = Duration.ofSeconds(15);

  /** Daytona answers when the sandbox runs, or after 30 s. */
  private static final Duration LONGEST_CREATION = Duration.ofSeconds(40);

  private static final int MOST_ANSWER_BYTES = 4 * 1024 * 1024;
  private static final int ON_A_PAGE = 100;
  private static final Duration SOON = Duration.ofSeconds(5);

  /** For what a person, or time, has to mend. */
  private static final Duration LATER = Duration.ofMinutes(1);

  private static final long MOST_SECONDS = 3_600;

  private final String base;
  private final String key;
  private final Clock clock;
  private final HttpCalls http;
  private final HttpCalls creations;

  DaytonaSandboxes(MachinesConfig.Daytona daytona, Clock clock) {
    this(daytona, clock, LONGEST, LONGEST_CREATION);
  }

  DaytonaSandboxes(
      MachinesConfig.Daytona daytona, Clock clock, Duration longest, Duration longestCreation) {
    this.base = daytona.api().toString().replaceFirst("/+$", "") + "/sandbox";
    this.key = daytona.apiKey();
    this.clock = clock;
    this.http = new HttpCalls(longest, MOST_ANSWER_BYTES);
    this.creations = new HttpCalls(longestCreation, MOST_ANSWER_BYTES);
  }

  /** What an answer comes to, whatever was asked. */
  private sealed interface Verdict {

    record Fine(JsonNode json) implements Verdict {}

    record Missing(String words) implements Verdict {}

    record Conflict(String words) implements Verdict {}

    record Later(String reason, Optional<Duration> after) implements Verdict {}

    record Refused(String reason) implements Verdict {}
  }

  @Override
  public Answer<Optional<Sandbox>> ofMachine(String machineId) throws InterruptedException {
    return switch (verdict(listed(1, OF_MACHINE, machineId))) {
      case Verdict.Fine(JsonNode json) -> {
        Optional<List<Sandbox>> all = DaytonaJson.sandboxes(json);
        yield all.isEmpty() ? unreadable() : new Answer.Found<>(all.get().stream().findFirst());
      }
      case Verdict.Missing(String words) -> refused(404, words);
      case Verdict.Conflict(String words) -> underWay(words);
      case Verdict.Later(String reason, Optional<Duration> after) ->
          new Answer.Unavailable<>(reason, after);
      case Verdict.Refused(String reason) -> new Answer.Refused<>(reason);
    };
  }

  @Override
  public Answer<Sandbox> create(Wanted wanted) throws InterruptedException {
    HttpRequest.Builder request = request("").POST(BodyPublishers.ofString(body(wanted)));
    return switch (verdict(creations, request)) {
      case Verdict.Fine(JsonNode json) -> read(json);
      case Verdict.Missing(String words) -> refused(404, words);
      case Verdict.Conflict(String words) -> named(wanted.machineId(), words);
      case Verdict.Later(String reason, Optional<Duration> after) ->
          new Answer.Unavailable<>(reason, after);
      case Verdict.Refused(String reason) -> new Answer.Refused<>(reason);
    };
  }

  /** What has the name already: an earlier try has made it, unless somebody else has. */
  private Answer<Sandbox> named(String machineId, String words) throws InterruptedException {
    return switch (verdict(request(machineId).GET())) {
      case Verdict.Fine(JsonNode json) ->
          json.path("labels").path(OF_MACHINE).asText().equals(machineId)
              ? read(json)
              : new Answer.Refused<>(
                  "name: Daytona has another sandbox %s, without the label %s: rename or delete that one"
                      .formatted(machineId, OF_MACHINE));
      // It is being destroyed, or is not to be seen yet.
      case Verdict.Missing _, Verdict.Conflict _ -> underWay(words);
      case Verdict.Later(String reason, Optional<Duration> after) ->
          new Answer.Unavailable<>(reason, after);
      case Verdict.Refused(String reason) -> new Answer.Refused<>(reason);
    };
  }

  private static String body(Wanted wanted) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("name", wanted.machineId()).put("autoStopInterval", 0);
    body.putObject("labels").put(OURS, MACHINE).put(OF_MACHINE, wanted.machineId());
    ObjectNode environment = body.putObject("env");
    wanted.environment().forEach(environment::put);
    wanted.snapshot().ifPresent(snapshot -> body.put("snapshot", snapshot));
    wanted.target().ifPresent(target -> body.put("target", target));
    wanted.size().ifPresent(size -> body.put("class", size));
    return Json.write(body);
  }

  @Override
  public Answer<Optional<Sandbox>> find(String id) throws InterruptedException {
    return one(request(id).GET());
  }

  @Override
  public Answer<Optional<Sandbox>> stop(String id) throws InterruptedException {
    return one(request(id, "stop").POST(BodyPublishers.noBody()));
  }

  @Override
  public Answer<Optional<Sandbox>> archive(String id) throws InterruptedException {
    return one(request(id, "archive").POST(BodyPublishers.noBody()));
  }

  private Answer<Optional<Sandbox>> one(HttpRequest.Builder request) throws InterruptedException {
    return switch (verdict(request)) {
      case Verdict.Fine(JsonNode json) -> {
        Optional<Sandbox> sandbox = DaytonaJson.sandbox(json);
        yield sandbox.isEmpty() ? unreadable() : new Answer.Found<>(sandbox);
      }
      case Verdict.Missing _ -> new Answer.Found<>(Optional.empty());
      case Verdict.Conflict(String words) -> underWay(words);
      case Verdict.Later(String reason, Optional<Duration> after) ->
          new Answer.Unavailable<>(reason, after);
      case Verdict.Refused(String reason) -> new Answer.Refused<>(reason);
    };
  }

  @Override
  public Answer<Page> page(int number) throws InterruptedException {
    return switch (verdict(listed(number, OURS, MACHINE))) {
      case Verdict.Fine(JsonNode json) -> {
        Optional<List<Sandbox>> all = DaytonaJson.sandboxes(json);
        yield all.isEmpty()
            ? unreadable()
            : new Answer.Found<>(new Page(all.get(), number >= json.path("totalPages").asInt()));
      }
      case Verdict.Missing(String words) -> refused(404, words);
      case Verdict.Conflict(String words) -> underWay(words);
      case Verdict.Later(String reason, Optional<Duration> after) ->
          new Answer.Unavailable<>(reason, after);
      case Verdict.Refused(String reason) -> new Answer.Refused<>(reason);
    };
  }

  private HttpRequest.Builder listed(int page, String label, String value) {
    String labels = Json.write(Json.MAPPER.createObjectNode().put(label, value));
    return builder(
            "/paginated?page=%d&limit=%d&labels=%s".formatted(page, ON_A_PAGE, encoded(labels)))
        .GET();
  }

  private HttpRequest.Builder request(String... path) {
    var whole = new StringBuilder();
    for (String part : path) {
      if (!part.isEmpty()) {
        whole.append('/').append(encoded(part));
      }
    }
    return builder(whole.toString());
  }

  private HttpRequest.Builder builder(String rest) {
    return HttpRequest.newBuilder(URI.create(base + rest))
        .header("Authorization", "Bearer " + key)
        .header("Content-Type", "application/json")
        .header("User-Agent", "tailrace");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  private Verdict verdict(HttpRequest.Builder request) throws InterruptedException {
    return verdict(http, request);
  }

  private Verdict verdict(HttpCalls calls, HttpRequest.Builder request)
      throws InterruptedException {
    return switch (calls.send(request.build())) {
      case Heard.Said said -> verdict(said);
      case Heard.Nothing(String reason) ->
          new Verdict.Later("Daytona could not be asked: " + reason, Optional.empty());
    };
  }

  /**
   * The one place that decides by the status.
   *
   * <p>A limit of the organization is a 403, which ends when something is archived; a key is
   * refused from its rotation until we have the new one. That there is no room on any of Daytona's
   * runners is a 400.
   */
  private Verdict verdict(Heard.Said said) {
    int status = said.status();
    String words = words(said);
    if (status == 400 && words.contains("No available runners")) {
      return new Verdict.Later("Daytona has no room: " + words, Optional.of(LATER));
    }
    return switch (status) {
      case 200, 201 -> json(said.body());
      case 401 ->
          new Verdict.Later(
              "Daytona refuses the key of MACHINES_DAYTONA_API_KEY with 401: it is asked again until it takes one",
              Optional.of(LATER));
      case 403 ->
          new Verdict.Later(
              "Daytona forbids it with 403, for a limit or for what the key of MACHINES_DAYTONA_API_KEY may do: "
                  + words,
              Optional.of(LATER));
      case 404 -> new Verdict.Missing(words);
      case 408, 425 -> new Verdict.Later("Daytona answered " + status, Optional.of(SOON));
      case 409 -> new Verdict.Conflict(words);
      case 429 -> new Verdict.Later("Daytona answered 429", Optional.of(asked(said).orElse(SOON)));
      default ->
          status >= 500
              ? new Verdict.Later("Daytona answered " + status, Optional.empty())
              : new Verdict.Refused("Daytona refuses it with %d: %s".formatted(status, words));
    };
  }

  private static Verdict json(String body) {
    try {
      return new Verdict.Fine(Json.read(body));
    } catch (JsonProcessingException e) {
      // Without the cause, which may quote the answer.
      return new Verdict.Later("Daytona's answer is no JSON", Optional.empty());
    }
  }

  /** Its message, where its error has one. */
  private static String words(Heard.Said said) {
    try {
      String message = Json.read(said.body()).path("message").asText();
      return message.isBlank() ? said.words() : message;
    } catch (JsonProcessingException e) {
      return said.words();
    }
  }

  /**
   * How long it asks to wait: its headers may end in the name of the limit that was met, as in
   * {@code Retry-After-sandbox-create}.
   */
  private Optional<Duration> asked(Heard.Said said) {
    return said.retryAfter(clock.instant())
        .or(() -> seconds(said, "retry-after"))
        .or(() -> seconds(said, "x-ratelimit-reset"));
  }

  private static Optional<Duration> seconds(Heard.Said said, String beginning) {
    return said.headers().map().entrySet().stream()
        .filter(header -> header.getKey().toLowerCase(Locale.ROOT).startsWith(beginning))
        .flatMap(header -> header.getValue().stream())
        .filter(value -> value.matches("\\d{1,9}"))
        .map(Long::parseLong)
        .filter(value -> value > 0 && value <= MOST_SECONDS)
        .max(Comparator.naturalOrder())
        .map(Duration::ofSeconds);
  }

  private static <T> Answer<T> underWay(String words) {
    return new Answer.Unavailable<>(
        "Daytona answered 409, something is under way: " + words, Optional.of(SOON));
  }

  private static <T> Answer<T> refused(int status, String words) {
    return new Answer.Refused<>("Daytona refuses it with %d: %s".formatted(status, words));
  }

  /** Some of its versions answer a step with nothing: what came of it is to be seen soon. */
  private static <T> Answer<T> unreadable() {
    return new Answer.Unavailable<>(
        "Daytona's answer can't be read: /id or /state is missing", Optional.of(SOON));
  }

  private static Answer<Sandbox> read(JsonNode json) {
    return DaytonaJson.sandbox(json)
        .<Answer<Sandbox>>map(Answer.Found::new)
        .orElseGet(() -> unreadable());
  }

  @Override
  public void close() {
    http.close();
    creations.close();
  }
}
