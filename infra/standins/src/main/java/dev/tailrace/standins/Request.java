package dev.tailrace.standins;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request as it was read: the raw path and query, headers whose names are compared without regard
 * to case, and the raw body.
 *
 * <p>The path stays raw because a provider's own identifiers may hold slashes, percent signs or
 * newlines once decoded.
 */
record Request(String method, String path, String query, Map<String, String> headers, Body body) {

  Request {
    Map<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    copy.putAll(headers);
    headers = Collections.unmodifiableMap(copy);
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /** The parts between the slashes, each decoded; {@code /a//b} has an empty one in the middle. */
  List<String> segments() {
    String withoutFirstSlash = path.startsWith("/") ? path.substring(1) : path;
    return Arrays.stream(withoutFirstSlash.split("/", -1)).map(Request::decodeSegment).toList();
  }

  /** Whether method and path are these; {@code *} stands for any one part of the path. */
  boolean is(String wantedMethod, String... pattern) {
    List<String> segments = segments();
    if (!method.equals(wantedMethod) || segments.size() != pattern.length) {
      return false;
    }
    for (int i = 0; i < pattern.length; i++) {
      if (!pattern[i].equals("*") && !pattern[i].equals(segments.get(i))) {
        return false;
      }
    }
    return true;
  }

  /**
   * The last value of a query parameter.
   *
   * @throws IllegalArgumentException when the query can't be decoded
   */
  Optional<String> parameter(String name) {
    return pairs(query).stream()
        .filter(pair -> pair.getKey().equals(name))
        .map(Map.Entry::getValue)
        .reduce((first, last) -> last);
  }

  /**
   * Reads {@code a=1&b=2}, in order.
   *
   * @throws IllegalArgumentException when a percent sign isn't followed by two hexadecimal digits
   */
  static List<Map.Entry<String, String>> pairs(String encoded) {
    List<Map.Entry<String, String>> pairs = new ArrayList<>();
    for (String pair : encoded.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        pairs.add(Map.entry(decode(name), decode(value)));
      }
    }
    return pairs;
  }

  private static String decodeSegment(String segment) {
    return decode(segment.replace("+", "%2B"));
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
