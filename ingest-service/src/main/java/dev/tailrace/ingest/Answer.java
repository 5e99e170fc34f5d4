package dev.tailrace.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tailrace.contracts.event.Json;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a request is answered with: what its sender takes for a success, RFC 9457's problem+json for
 * everything else.
 *
 * @param headers those beside the content type
 */
record Answer(int status, String contentType, Map<String, String> headers, String body) {

  static final String PROBLEM = "application/problem+json";

  static Answer json(int status, JsonNode body) {
    return new Answer(status, "application/json", Map.of(), body.toString());
  }

  /** The status alone; its content type, of nothing, is not sent. */
  static Answer empty(int status) {
    return new Answer(status, "", Map.of(), "");
  }

  /**
   * A page for a person.
   *
   * @param page in which everything that is not ours is escaped
   */
  static Answer html(int status, String page) {
    return new Answer(status, "text/html; charset=utf-8", Map.of(), page);
  }

  /**
   * Sends a browser on.
   *
   * @param location an absolute URL of ours, never one that the request has named
   */
  static Answer redirect(String location) {
    return empty(302).with("Location", location);
  }

  /**
   * @param title what is wrong, in words that tell nothing of our inside
   */
  static Answer problem(int status, String title) {
    return problem(status, title, Json.MAPPER.createObjectNode());
  }

  /**
   * @param more what else there is to say, beside type, title and status
   */
  static Answer problem(int status, String title, ObjectNode more) {
    ObjectNode problem =
        Json.MAPPER
            .createObjectNode()
            .put("type", "about:blank")
            .put("title", title)
            .put("status", status);
    problem.setAll(more);
    return new Answer(status, PROBLEM, Map.of(), problem.toString());
  }

  /** Nothing is wrong with the request: it shall come again, not before this time is over. */
  static Answer retryAfter(Duration wait, String title) {
    return problem(503, title).with("Retry-After", Long.toString(wait.toSeconds()));
  }

  /** The sender has too much under way: it shall slow down, and send this again after a while. */
  static Answer tooMany(Duration wait, String title) {
    return problem(429, title).with("Retry-After", Long.toString(wait.toSeconds()));
  }

  Answer with(String header, String value) {
    var all = new TreeMap<>(headers);
    all.put(header, value);
    return new Answer(status, contentType, all, body);
  }
}
