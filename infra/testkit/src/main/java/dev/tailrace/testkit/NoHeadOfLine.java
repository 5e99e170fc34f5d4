package dev.tailrace.testkit;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.util.Collection;
import java.util.Map;
import java.util.Set;

/**
 * A dead destination delays no other lane: asserted while it is still dead.
 *
 * @param expected how many effects each lane has, the dead ones included
 * @param dead the lanes whose destination does not answer
 * @param calls what the living destinations saw
 */
public record NoHeadOfLine(Map<String, Integer> expected, Set<String> dead, Collection<Call> calls)
    implements Guarantee {

  @Override
  public String says() {
    return "every lane but " + dead + " has been carried out whole while those stand still";
  }

  @Override
  public void check() {
    Map<String, Long> seen = calls.stream().collect(groupingBy(Call::lane, counting()));
    var delayed =
        expected.entrySet().stream()
            .filter(lane -> !dead.contains(lane.getKey()))
            .filter(lane -> seen.getOrDefault(lane.getKey(), 0L) < lane.getValue())
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    Offenders.mustBeNone(this, delayed, "lanes are behind");
    Offenders.mustBeNone(
        this, dead.stream().filter(seen::containsKey).sorted().toList(), "dead lanes were served");
  }
}
