package dev.tailrace.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** {@code GET /openapi.json}: what this service takes and answers, as it is checked in. */
final class OpenApiEndpoint implements Endpoint {

  static final String ROUTE = "/openapi.json";

  private final Answer document = new Answer(200, "application/json", Map.of(), read());

  private static String read() {
    try (InputStream in = OpenApiEndpoint.class.getResourceAsStream(ROUTE)) {
      if (in == null) {
        throw new IllegalStateException("openapi.json is missing: run ./tailrace generate");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Method method() {
    return Method.GET;
  }

  @Override
  public String route() {
    return ROUTE;
  }

  @Override
  public int bodyLimit() {
    return 0;
  }

  @Override
  public Optional<Answer> refusal(Headers headers) {
    return Optional.empty();
  }

  @Override
  public Answer tooLarge() {
    return Answer.problem(413, "a GET has no body");
  }

  @Override
  public Answer answer(Request request) {
    return document;
  }
}
