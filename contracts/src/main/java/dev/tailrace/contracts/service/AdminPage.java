package dev.tailrace.contracts.service;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** Answers a GET on a service's admin port, for a person with curl: JSON, indented. */
@FunctionalInterface
public interface AdminPage {

  /** An answer, with its HTTP status. */
  record Answer(int status, JsonNode body) {}

  /**
   * Answers one request; what it throws is told as a 500.
   *
   * @param query the parameters of the URL, the last of each name
   */
  Answer answer(Map<String, String> query) throws Exception;
}
