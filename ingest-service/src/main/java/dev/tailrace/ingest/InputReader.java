package dev.tailrace.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.contracts.event.JsonSchema;
import dev.tailrace.contracts.event.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Reads the body of a call into the procedure's input, or into everything that is wrong with it.
 *
 * <p>The schemas are generated from the input records and checked in under {@code procedures/}, as
 * those of the events are: whoever calls can read what is enforced, and a change of it is seen in
 * review.
 */
final class InputReader<I extends Record> {

  private final Class<I> input;
  private final JsonSchema schema;

  InputReader(Class<I> input, JsonSchema schema) {
    this.input = input;
    this.schema = schema;
  }

  static <I extends Record> InputReader<I> of(Procedure<I, ?> procedure) {
    return new InputReader<>(procedure.input(), JsonSchema.of(load(procedure.name())));
  }

  /** What a body holds. */
  sealed interface Reading<I> {}

  record Input<I>(I input) implements Reading<I> {}

  record Faulty<I>(List<Problem> problems) implements Reading<I> {}

  /** Nothing that could be looked into; the reason is a fixed phrase. */
  record NoJson<I>(String reason) implements Reading<I> {}

  Reading<I> read(Body body) {
    Optional<String> text = body.text();
    if (text.isEmpty()) {
      return new NoJson<>("the body is no UTF-8");
    }
    JsonNode json;
    try {
      json = Json.read(text.get());
    } catch (JsonProcessingException e) {
      return new NoJson<>("the body is no JSON");
    }
    if (!json.isObject()) {
      return new NoJson<>("the body is no JSON object");
    }
    List<Problem> problems = schema.problems("", json);
    return problems.isEmpty() ? input(json) : new Faulty<>(problems);
  }

  /** Jackson's own words are left out: they quote the body. */
  private Reading<I> input(JsonNode json) {
    try {
      return new Input<>(Json.MAPPER.treeToValue(json, input));
    } catch (JsonProcessingException e) {
      return new Faulty<>(List.of(new Problem("", "has a value that can't be taken")));
    }
  }

  private static String load(String procedure) {
    String file = "/procedures/" + procedure + ".json";
    try (InputStream in = InputReader.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is missing: run ./tailrace generate");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
