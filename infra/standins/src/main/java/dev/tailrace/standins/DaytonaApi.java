package dev.tailrace.standins;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/** Daytona's REST API under {@code /api}: the key, the rate and the path, in this order. */
final class DaytonaApi implements Provider {

  /** What a sandbox may be created with, and Daytona says again. */
  private static final Set<String> ECHOED =
      Set.of(
          "snapshot",
          "user",
          "env",
          "public",
          "target",
          "class",
          "networkBlockAll",
          "networkAllowList",
          "autoStopInterval",
          "autoArchiveInterval",
          "autoDeleteInterval",
          "volumes",
          "buildInfo",
          "cpu",
          "gpu",
          "memory",
          "disk");

  private static final Set<String> RESOURCES = Set.of("cpu", "gpu", "memory", "disk");
  private static final int MOST_ON_A_PAGE = 200;

  private final Clock clock;
  private final DaytonaSandboxes sandboxes;
  private final Throttle limit;
  private final DaytonaControl control;

  DaytonaApi(Clock clock, DaytonaSandboxes sandboxes, Throttle limit, DaytonaControl control) {
    this.clock = clock;
    this.sandboxes = sandboxes;
    this.limit = limit;
    this.control = control;
  }

  @Override
  public Reply answer(Request request, Runnable midway) {
    boolean known =
        BearerToken.read(request)
            .filter(key -> BasicCredentials.same(key, DaytonaStandIn.API_KEY))
            .isPresent();
    if (!known) {
      return problem(request, DaytonaProblem.unauthorized());
    }
    if (!limit.take()) {
      return tooMany(request);
    }
    return switch (outcome(request)) {
      case DaytonaOutcome.Done(JsonNode json) -> Reply.Answer.json(200, json);
      case DaytonaOutcome.Refused(DaytonaProblem problem) -> problem(request, problem);
    };
  }

  @Override
  public Reply.Answer failure(Request request, int status, Optional<String> code) {
    if (status == 429) {
      return tooMany(request);
    }
    return problem(
        request,
        new DaytonaProblem(
            status,
            code.orElse(status < 500 ? "Http Exception" : "Internal Server Error"),
            "The stand-in was told to fail with " + status + "."));
  }

  @Override
  public Optional<Reply> control(Request request) {
    return control.answer(request);
  }

  private DaytonaOutcome outcome(Request request) {
    try {
      List<String> path = request.segments();
      if (path.size() < 2 || !path.get(0).equals("api") || !path.get(1).equals("sandbox")) {
        return DaytonaOutcome.refused(DaytonaProblem.noSuchPath(request));
      }
      return switch (request.method() + " " + path.size()) {
        case "GET 2" -> list(request);
        case "POST 2" -> create(request);
        case "GET 3" ->
            path.get(2).equals("paginated") ? page(request) : sandboxes.get(path.get(2));
        case "DELETE 3" -> sandboxes.change(path.get(2), DaytonaState::destroy);
        case "POST 4" -> change(request, path.get(2), path.get(3));
        default -> DaytonaOutcome.refused(DaytonaProblem.noSuchPath(request));
      };
    } catch (IllegalArgumentException e) {
      return DaytonaOutcome.refused(DaytonaProblem.bad("The path or the query can't be decoded"));
    }
  }

  private DaytonaOutcome change(Request request, String id, String verb) {
    Optional<BiFunction<DaytonaState, Instant, DaytonaState.Step>> step =
        switch (verb) {
          case "start" -> Optional.of(DaytonaState::start);
          case "stop" -> Optional.of(DaytonaState::stop);
          case "archive" -> Optional.of(DaytonaState::archive);
          default -> Optional.empty();
        };
    return step.isPresent()
        ? sandboxes.change(id, step.get())
        : DaytonaOutcome.refused(DaytonaProblem.noSuchPath(request));
  }

  private DaytonaOutcome create(Request request) {
    String text = request.body().text();
    Optional<ObjectNode> body = text.isBlank() ? Optional.of(Json.object()) : Json.readObject(text);
    if (body.isEmpty()) {
      return bad("The body is not a JSON object");
    }
    JsonNode name = body.get().path("name");
    if (!name.isMissingNode() && (!name.isTextual() || name.asText().isBlank())) {
      return bad("name must be a string");
    }
    Optional<Map<String, String>> labels = labels(body.get().path("labels"));
    if (labels.isEmpty()) {
      return bad("labels must be an object of strings");
    }
    if (body.get().has("buildInfo") && body.get().has("snapshot")) {
      return bad("Cannot specify a snapshot when using a build info entry");
    }
    if (!body.get().has("buildInfo") && RESOURCES.stream().anyMatch(body.get()::has)) {
      return bad("Cannot specify Sandbox resources when using a snapshot");
    }
    return sandboxes.create(
        name.isMissingNode() ? Optional.empty() : Optional.of(name.asText()),
        labels.get(),
        body.get().deepCopy().retain(ECHOED));
  }

  private DaytonaOutcome list(Request request) {
    return query(request, Set.of("labels", "verbose", "includeErroredDeleted"))
        .orElseGet(
            () ->
                wanted(request)
                    .<DaytonaOutcome>map(
                        labels ->
                            new DaytonaOutcome.Done(Json.array().addAll(sandboxes.list(labels))))
                    .orElseGet(() -> bad("labels must be a JSON object of strings")));
  }

  private DaytonaOutcome page(Request request) {
    Optional<DaytonaOutcome> refusal =
        query(request, Set.of("labels", "page", "limit", "includeErroredDeleted"));
    if (refusal.isPresent()) {
      return refusal.get();
    }
    Optional<Map<String, String>> labels = wanted(request);
    int page = number(request, "page", 1);
    int size = number(request, "limit", 100);
    if (labels.isEmpty()) {
      return bad("labels must be a JSON object of strings");
    }
    if (page < 1 || size < 1 || size > MOST_ON_A_PAGE) {
      return bad("page must not be less than 1, limit must be from 1 to " + MOST_ON_A_PAGE);
    }
    List<ObjectNode> all = sandboxes.list(labels.get()).reversed();
    ObjectNode json = Json.object();
    json.putArray("items").addAll(all.stream().skip((long) (page - 1) * size).limit(size).toList());
    return new DaytonaOutcome.Done(
        json.put("total", all.size())
            .put("page", page)
            .put("totalPages", (all.size() + size - 1) / size));
  }

  /** Daytona ignores what it doesn't know, and answers more than was meant. */
  private static Optional<DaytonaOutcome> query(Request request, Set<String> known) {
    return Request.pairs(request.query()).stream()
        .map(Map.Entry::getKey)
        .filter(name -> !known.contains(name))
        .findFirst()
        .map(name -> bad("unknown query parameter '" + name + "'"));
  }

  /** The labels to filter by, which stand in the query as JSON; none when there are none. */
  private static Optional<Map<String, String>> wanted(Request request) {
    Optional<String> text = request.parameter("labels").filter(labels -> !labels.isBlank());
    return text.isEmpty()
        ? Optional.of(Map.of())
        : Json.readObject(text.get()).flatMap(DaytonaApi::labels);
  }

  private static Optional<Map<String, String>> labels(JsonNode json) {
    if (json.isMissingNode()) {
      return Optional.of(Map.of());
    }
    Map<String, String> labels = new LinkedHashMap<>();
    json.properties().forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    boolean strings = json.properties().stream().allMatch(label -> label.getValue().isTextual());
    return json.isObject() && strings ? Optional.of(labels) : Optional.empty();
  }

  private static int number(Request request, String name, int otherwise) {
    return request
        .parameter(name)
        .map(text -> text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1)
        .orElse(otherwise);
  }

  private static DaytonaOutcome bad(String message) {
    return DaytonaOutcome.refused(DaytonaProblem.bad(message));
  }

  /** Each header ends in the name of the limit that was met: the documentation has them so. */
  private Reply.Answer tooMany(Request request) {
    String name =
        request.method().equals("GET")
            ? "-authenticated"
            : request.path().equals("/api/sandbox") ? "-sandbox-create" : "-sandbox-lifecycle";
    return problem(request, DaytonaProblem.tooMany())
        .with("X-RateLimit-Limit" + name, Integer.toString(limit.perSecond().orElse(100)))
        .with("X-RateLimit-Remaining" + name, "0")
        .with("X-RateLimit-Reset" + name, "1")
        .with("Retry-After" + name, "1");
  }

  private Reply.Answer problem(Request request, DaytonaProblem problem) {
    return problem.answer(request, clock.instant());
  }
}
