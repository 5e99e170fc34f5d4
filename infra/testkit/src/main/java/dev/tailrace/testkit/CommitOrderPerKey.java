package dev.tailrace.testkit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Events of one aggregate appear in the order of their commits: by offset within a topic, by {@code
 * ce_seq} across topics. Where an event is repeated, its first occurrence counts.
 *
 * @param appended the ids of events in the order of their commits, by key; empty when it was not
 *     recorded
 */
public record CommitOrderPerKey(TestTopics topics, Map<String, List<String>> appended)
    implements Guarantee {

  public CommitOrderPerKey(TestTopics topics) {
    this(topics, Map.of());
  }

  @Override
  public String says() {
    return "events of one key appear in the order of their commits";
  }

  @Override
  public void check() {
    var byKey = new LinkedHashMap<String, List<Published>>();
    var seen = new HashSet<String>();
    for (var event : Published.all(topics)) {
      if (seen.add(event.topic() + event.id())) {
        byKey.computeIfAbsent(event.key(), _ -> new ArrayList<>()).add(event);
      }
    }
    Offenders.mustBeNone(
        this,
        byKey.values().stream().flatMap(events -> withoutARise(events).stream()).toList(),
        "events have a ce_seq not above that of their key's event before them");
    Offenders.mustBeNone(
        this,
        byKey.entrySet().stream()
            .flatMap(
                key ->
                    displaced(appended.getOrDefault(key.getKey(), List.of()), key.getValue())
                        .stream())
            .toList(),
        "events are not where they were appended");
  }

  /** Events come by topic, partition and offset. */
  private static List<String> withoutARise(List<Published> events) {
    var highest = new HashMap<String, String>();
    var offenders = new ArrayList<String>();
    for (var event : events) {
      var before = highest.put(event.topic(), event.seq());
      if (before != null && before.compareTo(event.seq()) >= 0) {
        offenders.add(event.id());
      }
    }
    return offenders;
  }

  /** Where an event is missing, which is not this guarantee's business, the others close up. */
  private static List<String> displaced(List<String> appended, List<Published> events) {
    var bySeq =
        events.stream()
            .sorted(Comparator.comparing(Published::seq))
            .map(Published::id)
            .distinct()
            .filter(new HashSet<>(appended)::contains)
            .toList();
    var expected = appended.stream().filter(new HashSet<>(bySeq)::contains).toList();
    return IntStream.range(0, bySeq.size())
        .filter(i -> !bySeq.get(i).equals(expected.get(i)))
        .mapToObj(bySeq::get)
        .toList();
  }
}
