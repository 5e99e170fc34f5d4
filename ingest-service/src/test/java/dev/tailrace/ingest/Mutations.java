package dev.tailrace.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.tailrace.contracts.event.Json;
import dev.tailrace.testkit.Seed;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Ways to spoil a request. */
final class Mutations {

  private static final String PLACE = "@place@";

  private static final List<String> STRANGE =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "-0.0",
          "1e400",
          "1e999999999",
          "1e9999999999",
          "1.7e9",
          "9".repeat(19),
          "9".repeat(400),
          "9".repeat(1001),
          "\"\"",
          "\" \"",
          "\"\\u0000\"",
          "\"a\\u0000b\"",
          "\"\\ud800\"",
          "\"\\ud83e\\udd80\"",
          "\"T:1*\"",
          "\"1700000000\"",
          "\"+1000000000-12-31T23:59:59Z\"",
          "\"-0001-01-01T00:00:00Z\"",
          "\"2026-01-02T03:04:05+02:00\"",
          "\"" + "x".repeat(256) + "\"",
          "\"" + "x".repeat(3000) + "\"",
          "{}",
          "[]",
          "[[{}]]",
          "received",
          "\"received\"",
          "\"other\"",
          "\"email.\"");

  private Mutations() {}

  /** The JSON with one of its values taken out or made strange; everything else stays. */
  static String value(Seed seed, String json) {
    JsonNode tree;
    try {
      tree = Json.read(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
    var places = new ArrayList<Consumer<Boolean>>();
    places(tree, places);
    seed.oneOf(places).accept(seed.oneIn(4));
    if (seed.oneIn(40)) {
      return "{\"type\":\"twice\"," + tree.toString().substring(1);
    }
    return tree.toString().replace("\"" + PLACE + "\"", strange(seed));
  }

  /** Each takes its value out when it is told so, or puts the place holder there. */
  private static void places(JsonNode from, List<Consumer<Boolean>> places) {
    if (from instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        places.add(
            out -> {
              if (out) {
                object.remove(field.getKey());
              } else {
                object.set(field.getKey(), TextNode.valueOf(PLACE));
              }
            });
        places(field.getValue(), places);
      }
    } else if (from instanceof ArrayNode array) {
      IntStream.range(0, array.size())
          .forEach(
              i -> {
                places.add(out -> array.set(i, TextNode.valueOf(PLACE)));
                places(array.get(i), places);
              });
    }
  }

  private static String strange(Seed seed) {
    if (seed.oneIn(5)) {
      int levels = seed.<Integer>oneOf(List.of(150, 195, 200, 205, 998, 1001, 5000));
      return seed.flip()
          ? "[".repeat(levels) + "]".repeat(levels)
          : "{\"a\":".repeat(levels) + "1" + "}".repeat(levels);
    }
    return seed.oneIn(5) ? seed.json() : seed.oneOf(STRANGE);
  }

  /** The bytes with a few of them changed, or all of them in another encoding. */
  static byte[] bytes(Seed seed, byte[] bytes) {
    return switch (seed.below(12)) {
      case 0 -> Arrays.copyOf(bytes, seed.below(bytes.length + 1));
      case 1 -> joined(bytes, bytes);
      case 2 -> new String(bytes, UTF_8).getBytes(UTF_16);
      case 3 -> joined(new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf}, bytes);
      case 4 -> seed.bytes();
      case 5 -> seed.oneIn(20) ? joined(bytes, spaces(300_000)) : joined(bytes, seed.bytes());
      case 6 -> seed.json().getBytes(UTF_8);
      default -> spoiled(seed, bytes);
    };
  }

  private static byte[] spoiled(Seed seed, byte[] bytes) {
    byte[] now = bytes;
    for (int i = seed.below(1 + seed.size() / 20); i >= 0; i--) {
      int at = seed.below(now.length + 1);
      int from = Math.min(now.length, at + seed.below(4));
      byte[] inserted =
          switch (seed.below(4)) {
            case 0 -> seed.awkward().getBytes(UTF_8);
            case 1 -> seed.bytes();
            case 2 ->
                seed.<String>oneOf(
                        List.of("{", "}", "\"", "[", ",", "\\u0000", "\\ud800", "null", "1e999"))
                    .getBytes(UTF_8);
            default -> new byte[0];
          };
      now =
          joined(
              joined(Arrays.copyOf(now, at), inserted), Arrays.copyOfRange(now, from, now.length));
    }
    return now;
  }

  /** Changes the headers themselves. */
  static void headers(Seed seed, Map<String, List<String>> headers) {
    String name = seed.oneOf(List.copyOf(headers.keySet()));
    List<String> values = headers.getOrDefault(name, List.of());
    String value = values.getFirst();
    switch (seed.below(9)) {
      case 0 -> headers.remove(name);
      case 1 -> headers.put(name, List.of(value, value));
      case 2 -> headers.put(name, List.of(value, text(seed, value)));
      case 3 -> headers.put(name, List.of(""));
      case 4 ->
          headers.put(
              name,
              List.of(
                  seed.<String>oneOf(
                      List.of(
                          "1699999000",
                          "1700009999",
                          "-1",
                          "999999999999",
                          "99999999999999999999",
                          "t=99999999999999999999,v1=00",
                          "v0=",
                          "v1,",
                          "v1, v1,",
                          ",".repeat(5000)))));
      case 5 -> headers.put("Content-Type", List.of(text(seed, "application/json")));
      case 6 -> {
        headers.put("traceparent", List.of(text(seed, "00-" + "1".repeat(32))));
        headers.put("svix-id", List.of(text(seed, "msg_2")));
      }
      default -> headers.put(name, List.of(text(seed, value)));
    }
  }

  private static String text(Seed seed, String text) {
    return new String(spoiled(seed, text.getBytes(UTF_8)), ISO_8859_1).replaceAll("[\r\n\0]", " ");
  }

  private static byte[] spaces(int many) {
    var spaces = new byte[many];
    Arrays.fill(spaces, (byte) ' ');
    return spaces;
  }

  private static byte[] joined(byte[] first, byte[] second) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(first);
    out.writeBytes(second);
    return out.toByteArray();
  }
}
