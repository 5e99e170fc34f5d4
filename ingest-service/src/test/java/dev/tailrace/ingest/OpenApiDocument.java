package dev.tailrace.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.testkit.RecordSchemas;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The OpenAPI 3.1 document of the service, made from what it is made of. */
final class OpenApiDocument {

  private static final String BEARER = "bearer";
  private static final String JSON = "application/json";

  private final ObjectNode paths = Json.MAPPER.createObjectNode();
  private final ObjectNode schemas = Json.MAPPER.createObjectNode();

  private OpenApiDocument() {}

  static String of(List<Procedure<?, ?>> procedures) throws JsonProcessingException {
    var document = new OpenApiDocument();
    document.webhooks();
    document.events();
    for (Procedure<?, ?> procedure : procedures) {
      document.procedure(procedure);
    }
    document.callbacks();
    document.itself();
    return Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(document.whole()) + "\n";
  }

  private ObjectNode whole() {
    ObjectNode whole = Json.MAPPER.createObjectNode().put("openapi", "3.1.0");
    whole
        .putObject("info")
        .put("title", "Tailrace ingest")
        .put("version", "1")
        .put(
            "description",
            "Webhooks, events and procedures; whatever is answered 2xx is durable. Errors are problem+json (RFC 9457).");
    whole.set("paths", paths);
    schemas.set("Problem", problem());
    ObjectNode components = whole.putObject("components");
    components.set("schemas", schemas);
    components
        .putObject("securitySchemes")
        .putObject(BEARER)
        .put("type", "http")
        .put("scheme", "bearer")
        .put("description", "Made by ./tailrace ops token create.");
    return whole;
  }

  private void webhooks() {
    Map<String, String> senders =
        new TreeMap<>(
            Map.of(
                "/webhooks/stripe", "Events of Stripe, snapshot and thin, with Stripe-Signature.",
                "/webhooks/slack/events", "Events of Slack, with X-Slack-Signature.",
                "/webhooks/slack/interactive",
                    "Interactions of Slack: a form with the field payload, with X-Slack-Signature.",
                "/webhooks/resend", "Events of Resend, with the svix- headers.",
                "/webhooks/daytona", "Events of Daytona, with the svix- headers.",
                "/webhooks/standard/{source}",
                    "Deliveries of a configured sender of Standard Webhooks, with the webhook- headers."));
    senders.forEach(
        (path, summary) -> {
          ObjectNode operation = operation(path, "post", summary);
          if (path.contains("{source}")) {
            operation
                .putArray("parameters")
                .addObject()
                .put("name", "source")
                .put("in", "path")
                .put("required", true)
                .putObject("schema")
                .put("type", "string");
          }
          body(
              operation,
              path.endsWith("interactive") ? "application/x-www-form-urlencoded" : JSON,
              Json.MAPPER.createObjectNode().put("type", "object"));
          answers(
              operation,
              Map.of(
                  "200", "It is stored, or was before.",
                  "400", "It is malformed.",
                  "401", "Its signature is missing, wrong or too old.",
                  "413", "It is too large."));
        });
  }

  private void events() {
    ObjectNode operation =
        operation("/events", "post", "Appends events: one, or up to 500, all or none.");
    secured(operation);
    ObjectNode envelope = Json.MAPPER.createObjectNode().put("type", "object");
    ObjectNode fields = envelope.putObject("properties");
    ArrayNode types = fields.putObject("type").put("type", "string").putArray("examples");
    Catalogue.types().stream()
        .filter(type -> !type.isFamily())
        .map(EventType::name)
        .forEach(types::add);
    for (String field :
        List.of("tenantId", "aggregateId", "aggregateType", "dedupeKey", "traceparent")) {
      fields.putObject(field).put("type", "string");
    }
    fields.putObject("occurredAt").put("type", "string").put("format", "date-time");
    fields.putObject("version").put("const", 1);
    fields.putObject("payload").put("type", "object");
    envelope.putArray("required").add("type").add("tenantId").add("aggregateId").add("payload");
    schemas.set("Envelope", envelope);
    ObjectNode body = Json.MAPPER.createObjectNode();
    ArrayNode either = body.putArray("oneOf");
    either.add(reference("Envelope"));
    ObjectNode list = either.addObject().put("type", "array").put("maxItems", 500);
    list.set("items", reference("Envelope"));
    ObjectNode wrapped = either.addObject().put("type", "object");
    wrapped.putObject("properties").set("events", list.deepCopy());
    body(operation, JSON, body);
    answers(
        operation,
        Map.of(
            "200", "All of them were there before; nothing was written.",
            "201", "They are stored; their ids, in the order of the request.",
            "401", "No token that may publish.",
            "403", "The token is no publisher's.",
            "422", "Some are refused, each problem with its index; nothing is stored."));
  }

  private void procedure(Procedure<?, ?> procedure) throws JsonProcessingException {
    String path = "/rpc/" + procedure.name();
    ObjectNode operation = operation(path, "post", procedure.summary());
    secured(operation);
    if (procedure.secrets().isEmpty()) {
      ObjectNode key =
          operation
              .putArray("parameters")
              .addObject()
              .put("name", "Idempotency-Key")
              .put("in", "header")
              .put("description", "A repeat within 24 h is answered what the first was answered.");
      key.putObject("schema").put("type", "string").put("minLength", 1).put("maxLength", 255);
    }
    body(operation, JSON, schema(procedure.input(), procedure.name()));
    answers(
        operation,
        Map.of(
            "400", "The body is no JSON object.",
            "401", "No token that may call.",
            "403", "The token may not do that.",
            "404", "Something that is named does not exist.",
            "409", "It is in the way of something that exists, or the same call is running.",
            "422", "The input can't be taken; every problem is listed."));
    ObjectNode done =
        ((ObjectNode) operation.path("responses"))
            .putObject("200")
            .put("description", "It is done.");
    done.putObject("content")
        .putObject(JSON)
        .set("schema", schema(procedure.output(), procedure.name() + " answers"));
  }

  private void callbacks() {
    for (OAuthProvider provider : OAuthProvider.values()) {
      String path = "/oauth/" + provider.id() + "/callback";
      ObjectNode operation =
          operation(path, "get", "Where the provider sends a person back; answers a page.");
      ArrayNode parameters = operation.putArray("parameters");
      for (String name : List.of("code", "state", "error")) {
        parameters
            .addObject()
            .put("name", name)
            .put("in", "query")
            .putObject("schema")
            .put("type", "string");
      }
      ObjectNode responses = operation.putObject("responses");
      Map.of(
              "302", "Connected; on to the platform's page.",
              "200", "Connected.",
              "400", "The link is used up, or the provider refused.",
              "403", "Another browser or user began this.",
              "409", "The account belongs to another project.",
              "502", "The provider is away.",
              "503", "Not set up, or the database is away.")
          .entrySet()
          .stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(it -> responses.putObject(it.getKey()).put("description", it.getValue()));
    }
  }

  private void itself() {
    ObjectNode operation = operation(OpenApiEndpoint.ROUTE, "get", "This document.");
    operation.putObject("responses").putObject("200").put("description", "OpenAPI 3.1, in JSON.");
  }

  private static ObjectNode schema(Class<? extends Record> record, String title)
      throws JsonProcessingException {
    ObjectNode schema =
        (ObjectNode) Json.read(RecordSchemas.closedSchemaOf(record, title, Json.MAPPER));
    schema.remove("$schema");
    return schema;
  }

  private ObjectNode operation(String path, String method, String summary) {
    ObjectNode item = paths.get(path) instanceof ObjectNode known ? known : paths.putObject(path);
    return item.putObject(method).put("summary", summary);
  }

  private static void secured(ObjectNode operation) {
    operation.putArray("security").addObject().putArray(BEARER);
  }

  private static void body(ObjectNode operation, String contentType, ObjectNode schema) {
    ObjectNode body = operation.putObject("requestBody").put("required", true);
    body.putObject("content").putObject(contentType).set("schema", schema);
  }

  /** Those of the operation, and those that every path may answer. */
  private static void answers(ObjectNode operation, Map<String, String> own) {
    Map<String, String> all = new TreeMap<>(own);
    all.put("429", "Too much at once from one source or account; Retry-After says when.");
    all.put("503", "Too much at once, or the database is away; Retry-After says when.");
    ObjectNode responses = operation.putObject("responses");
    all.forEach(
        (status, description) -> {
          ObjectNode response = responses.putObject(status).put("description", description);
          if (status.startsWith("4") || status.startsWith("5")) {
            response
                .putObject("content")
                .putObject(Answer.PROBLEM)
                .set("schema", reference("Problem"));
          }
        });
  }

  private static ObjectNode problem() {
    ObjectNode problem = Json.MAPPER.createObjectNode().put("type", "object");
    ObjectNode fields = problem.putObject("properties");
    fields.putObject("type").put("type", "string");
    fields.putObject("title").put("type", "string");
    fields.putObject("status").put("type", "integer");
    ObjectNode errors = fields.putObject("errors").put("type", "array");
    ObjectNode error = errors.putObject("items").put("type", "object").putObject("properties");
    error.putObject("index").put("type", "integer");
    error.putObject("path").put("type", "string");
    error.putObject("problem").put("type", "string");
    problem.putArray("required").add("type").add("title").add("status");
    return problem;
  }

  private static ObjectNode reference(String schema) {
    return Json.MAPPER.createObjectNode().put("$ref", "#/components/schemas/" + schema);
  }
}
