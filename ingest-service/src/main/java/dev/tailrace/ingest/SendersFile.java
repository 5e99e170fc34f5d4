package dev.tailrace.ingest;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.EventType;
import dev.tailrace.contracts.event.InvalidEventException;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.NewEvent;
import dev.tailrace.contracts.event.Problem;
import dev.tailrace.contracts.event.SourceReceived;
import dev.tailrace.contracts.service.EditDistance;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.crypto.spec.SecretKeySpec;

/**
 * Reads the file that configures senders of Standard Webhooks, an object with a field for each:
 *
 * <pre>{@code
 * {"acme": {"secrets": ["whsec_..."],
 *           "aggregate": "/data/customer/id", "aggregateType": "customer",
 *           "tenant": "org_1", "maxBodyBytes": 262144}}
 * }</pre>
 *
 * <p>Only the secrets must be there. Everything that is wrong is told at once, each problem with
 * the pointer to its place, and none with a secret.
 */
final class SendersFile {

  private static final String SECRETS = "secrets";
  private static final String AGGREGATE = "aggregate";
  private static final String AGGREGATE_TYPE = "aggregateType";
  private static final String TENANT = "tenant";
  private static final String MAX_BODY = "maxBodyBytes";
  private static final List<String> FIELDS =
      List.of(SECRETS, AGGREGATE, AGGREGATE_TYPE, TENANT, MAX_BODY);

  private static final Pattern NAME = Pattern.compile("[a-z0-9_-]{1,64}");
  private static final int USUAL_BODY_BYTES = 256 * 1024;

  /** More would not fit into an event. */
  private static final int LARGEST_BODY_BYTES = 1024 * 1024;

  /** What event types of our own begin with: a sender of that name would be taken for one of us. */
  private static final TreeSet<String> RESERVED = new TreeSet<>(List.of("events", "standard"));

  static {
    for (EventType<?> type : Catalogue.types()) {
      if (type.payload() != SourceReceived.class) {
        RESERVED.add(type.name().split("[:.]", 2)[0]);
      }
    }
  }

  private final SortedMap<String, Sender> senders = new TreeMap<>();
  private final Map<String, String> nameByTopic = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  private SendersFile() {}

  /** The senders by their names. */
  static Parsed<SortedMap<String, Sender>> parse(String text) {
    JsonNode json;
    try {
      json = Json.read(text);
    } catch (JsonProcessingException e) {
      return Parsed.unusable("is no JSON" + place(e));
    }
    if (!json.isObject() || json.isEmpty()) {
      return Parsed.unusable("must be a JSON object with a field for each sender");
    }
    var file = new SendersFile();
    json.properties().forEach(field -> file.sender(field.getKey(), field.getValue()));
    return file.problems.isEmpty()
        ? new Parsed.Usable<>(file.senders)
        : new Parsed.Unusable<>(List.copyOf(file.problems));
  }

  private void sender(String name, JsonNode settings) {
    JsonPointer at = JsonPointer.empty().appendProperty(name);
    if (!isFree(name, at)) {
      return;
    }
    if (!settings.isObject()) {
      problem(at, "must be an object");
      return;
    }
    for (String field : (Iterable<String>) settings::fieldNames) {
      if (!FIELDS.contains(field)) {
        problem(
            at.appendProperty(field),
            EditDistance.nearest(field, FIELDS)
                .map(known -> "unknown; did you mean " + known + "?")
                .orElse("unknown; known are " + String.join(", ", FIELDS)));
      }
    }
    var sender =
        new Sender(
            name,
            keys(settings.path(SECRETS), at.appendProperty(SECRETS)),
            aggregate(settings.path(AGGREGATE), at.appendProperty(AGGREGATE)),
            text(settings.path(AGGREGATE_TYPE), at.appendProperty(AGGREGATE_TYPE))
                .orElse(Catalogue.of(SourceReceived.class).aggregateType()),
            text(settings.path(TENANT), at.appendProperty(TENANT)).orElse("standard/" + name),
            maxBodyBytes(settings.path(MAX_BODY), at.appendProperty(MAX_BODY)));
    canEmit(sender, at);
    senders.put(name, sender);
  }

  private boolean isFree(String name, JsonPointer at) {
    if (!NAME.matcher(name).matches()) {
      problem(at, "a name has 1 to 64 characters of a-z, 0-9, _ and -");
      return false;
    }
    if (RESERVED.contains(name)) {
      problem(at, "is a name of our own; reserved are " + String.join(", ", RESERVED));
      return false;
    }
    // In the names of topics _ and - are one.
    Optional<String> other =
        Optional.ofNullable(nameByTopic.putIfAbsent(name.replace('_', '-'), name));
    other.ifPresent(same -> problem(at, "would share a topic with " + same));
    return other.isEmpty();
  }

  private List<SecretKeySpec> keys(JsonNode secrets, JsonPointer at) {
    if (!secrets.isArray() || secrets.isEmpty()) {
      problem(at, "must be an array of at least one secret");
      return List.of();
    }
    var keys = new ArrayList<SecretKeySpec>();
    for (int i = 0; i < secrets.size(); i++) {
      switch (SecretForm.BASE64.keys(List.of(secrets.path(i).asText()))) {
        case Parsed.Usable<List<SecretKeySpec>>(List<SecretKeySpec> usable) -> keys.addAll(usable);
        case Parsed.Unusable<List<SecretKeySpec>> unusable ->
            problem(at.appendIndex(i), "must be base64, after whsec_ or alone");
      }
    }
    return keys;
  }

  private Optional<JsonPointer> aggregate(JsonNode pointer, JsonPointer at) {
    Optional<String> text = text(pointer, at);
    try {
      return text.map(JsonPointer::compile);
    } catch (IllegalArgumentException e) {
      problem(at, "must be a JSON Pointer such as /data/id");
      return Optional.empty();
    }
  }

  private int maxBodyBytes(JsonNode bytes, JsonPointer at) {
    if (bytes.isMissingNode()) {
      return USUAL_BODY_BYTES;
    }
    if (!bytes.isInt() || bytes.intValue() < 1 || bytes.intValue() > LARGEST_BODY_BYTES) {
      problem(at, "must be a number from 1 to " + LARGEST_BODY_BYTES);
    }
    return bytes.asInt(USUAL_BODY_BYTES);
  }

  private Optional<String> text(JsonNode node, JsonPointer at) {
    Optional<String> text = ForeignJson.id(node);
    if (!node.isMissingNode() && text.isEmpty()) {
      problem(at, "must be a text of 1 to " + ForeignJson.LONGEST_ID + " characters");
    }
    return text;
  }

  /** The envelope has rules of its own for tenants: better to hear of them now. */
  private void canEmit(Sender sender, JsonPointer at) {
    var event = new SourceReceived("any", Json.MAPPER.createObjectNode());
    try {
      NewEvent.of(Catalogue.received(sender.name()), sender.tenant(), Instant.EPOCH, event);
    } catch (InvalidEventException e) {
      e.problems().stream()
          .map(Problem::problem)
          .forEach(problem -> problem(at.appendProperty(TENANT), problem));
    }
  }

  private void problem(JsonPointer at, String problem) {
    problems.add(at + " " + problem);
  }

  /** Jackson's own words are left out: they quote the text, and so a secret. */
  private static String place(JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    return at == null ? "" : ", at line " + at.getLineNr() + ", column " + at.getColumnNr();
  }
}
