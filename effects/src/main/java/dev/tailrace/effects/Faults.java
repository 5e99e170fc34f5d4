package dev.tailrace.effects;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What is wrong with an application's consumers, each problem under the name that it is about. */
final class Faults {

  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9-]{0,63}");

  private final List<Map.Entry<String, String>> found = new ArrayList<>();

  void add(String about, String text) {
    found.add(Map.entry(about, text));
  }

  void checkName(String about, String name) {
    if (!NAME.matcher(name).matches()) {
      add(
          about,
          "'%s' is no name: letters, digits and '-', at most 64, a letter first".formatted(name));
    }
  }

  /** Those so far. */
  List<Map.Entry<String, String>> all() {
    return List.copyOf(found);
  }

  /** What is wrong with the lanes that these share. */
  static List<Map.Entry<String, String>> ofSharing(List<Consumer<?>> consumers) {
    var sharing = new LinkedHashMap<String, List<Consumer<?>>>();
    for (Consumer<?> each : consumers) {
      each.laning()
          .share()
          .ifPresent(its -> sharing.computeIfAbsent(its.name(), n -> new ArrayList<>()).add(each));
    }
    var found = new Faults();
    sharing.forEach(
        (name, those) -> {
          if (those.size() == 1) {
            found.add(
                those.getFirst().name(),
                "shares its lanes under '%s' with nobody: name it as another consumer does, or leave it out"
                    .formatted(name));
          }
          if (those.stream().map(its -> its.laning().isAcross()).distinct().count() > 1) {
            found.add(
                name,
                "lanes across Kafka keys and lanes within one are shared under it: let all be laneAcross, or none (%s)"
                    .formatted(those.stream().map(Faults::lane).collect(Collectors.joining(", "))));
          }
        });
    return found.all();
  }

  private static String lane(Consumer<?> consumer) {
    return consumer.name() + (consumer.laning().isAcross() ? " across" : " within");
  }
}
