package dev.tailrace.consumers.billing;

import com.fasterxml.jackson.databind.JsonNode;

/** Reads fields of Stripe's raw objects, each under the path that an event has it at. */
final class Fields {

  private Fields() {}

  /** An object that lacks what it must have. */
  static final class UnreadableException extends Exception {

    private static final long serialVersionUID = 1L;

    UnreadableException(String problem) {
      super(problem);
    }
  }

  static boolean isThere(JsonNode node) {
    return !node.isMissingNode() && !node.isNull();
  }

  /**
   * A text that is not blank.
   *
   * @throws UnreadableException naming the field
   */
  static String text(JsonNode node, String path) throws UnreadableException {
    if (!node.isTextual() || node.textValue().isBlank()) {
      throw new UnreadableException(
          path
              + (node.isMissingNode()
                  ? " is missing"
                  : " must be a text, was " + node.getNodeType()));
    }
    return node.textValue();
  }

  /**
   * The id of another object, which Stripe names by it, or expands.
   *
   * @throws UnreadableException naming the field
   */
  static String reference(JsonNode node, String path) throws UnreadableException {
    return node.isObject() ? text(node.path("id"), path + "/id") : text(node, path);
  }

  /**
   * An amount in the currency's smallest unit, within an int: what is beyond that is likelier a
   * mistake than a payment, and somebody should look at it.
   *
   * @throws UnreadableException naming the field
   */
  static int amount(JsonNode node, String path) throws UnreadableException {
    if (!node.isIntegralNumber() || !node.canConvertToInt()) {
      throw new UnreadableException(
          path
              + (node.isMissingNode()
                  ? " is missing"
                  : " must be a whole number of the currency's smallest unit, at most 2147483647"));
    }
    return node.intValue();
  }
}
