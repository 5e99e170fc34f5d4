package dev.tailrace.standins;

import java.util.LinkedHashMap;
import java.util.Map;

/** Parameters of a form or a query; one that stands twice is none, as OAuth has it. */
final class OAuthForm {

  private OAuthForm() {}

  /**
   * @throws IllegalArgumentException when it is badly encoded, or has a parameter twice
   */
  static Map<String, String> read(String encoded) {
    Map<String, String> form = new LinkedHashMap<>();
    for (Map.Entry<String, String> pair : Request.pairs(encoded)) {
      if (form.put(pair.getKey(), pair.getValue()) != null) {
        throw new IllegalArgumentException(pair.getKey() + " stands twice");
      }
    }
    return form;
  }

  static String text(Map<String, String> form, String name) {
    return form.getOrDefault(name, "");
  }
}
