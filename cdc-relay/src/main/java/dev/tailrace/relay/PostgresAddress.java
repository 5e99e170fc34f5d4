package dev.tailrace.relay;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a JDBC URL: Debezium makes a URL of its own from them.
 *
 * @param parameters what stands behind the ?, for the driver
 */
record PostgresAddress(String host, int port, String database, Map<String, String> parameters) {

  private static final int DEFAULT_PORT = 5432;
  private static final Pattern URL =
      Pattern.compile(
          "jdbc:postgresql://(\\[[0-9a-fA-F:.]+]|[^/:,?@\\[\\]]+)(?::(\\d{1,5}))?/([^/?]+)(?:\\?(.*))?");

  PostgresAddress {
    parameters = Map.copyOf(parameters);
  }

  /**
   * Reads a URL.
   *
   * @throws IllegalArgumentException when it is none, or names several hosts: the slot is on one.
   *     It is not repeated, for it may hold a password
   */
  static PostgresAddress of(String url) {
    Matcher matcher = URL.matcher(url);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "the database's URL (RELAY_DB_URL) must be jdbc:postgresql://host:port/database, with one host");
    }
    int port = matcher.group(2) == null ? DEFAULT_PORT : Integer.parseInt(matcher.group(2));
    return new PostgresAddress(
        matcher.group(1), port, decoded(matcher.group(3)), parameters(matcher.group(4)));
  }

  private static Map<String, String> parameters(@Nullable String query) {
    var parameters = new LinkedHashMap<String, String>();
    if (query != null && !query.isEmpty()) {
      for (String parameter : query.split("&", -1)) {
        String[] parts = parameter.split("=", 2);
        parameters.put(parts[0], parts.length == 2 ? decoded(parts[1]) : "");
      }
    }
    return parameters;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
