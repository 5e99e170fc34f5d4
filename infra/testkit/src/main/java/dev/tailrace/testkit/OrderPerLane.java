package dev.tailrace.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Effects of one lane are carried out one after another: first calls are in order, and a repeat
 * after a crash goes back to an earlier one and on from there.
 *
 * @param calls what the destination saw, in the order in which it came
 */
public record OrderPerLane(List<Call> calls) implements Guarantee {

  @Override
  public String says() {
    return "the first calls of a lane are in order, and a repeat is a suffix of what was seen";
  }

  @Override
  public void check() {
    var disordered = new ArrayList<String>();
    var lanes = new HashMap<String, List<Call>>();
    for (Call call : calls) {
      List<Call> before = lanes.computeIfAbsent(call.lane(), lane -> new ArrayList<>());
      if (!before.isEmpty() && !mayFollow(before, call)) {
        disordered.add(
            "%s in lane %s after %s"
                .formatted(call.order(), call.lane(), before.getLast().order()));
      }
      before.add(call);
    }
    Offenders.mustBeNone(this, disordered, "calls came out of order");
  }

  /**
   * The next new one; or, as a repeat, one that was seen, from which on all that follow come again.
   */
  private static boolean mayFollow(List<Call> before, Call call) {
    List<String> seen = distinct(before);
    int last = seen.indexOf(before.getLast().order());
    if (seen.contains(call.order())) {
      int again = seen.indexOf(call.order());
      return again <= last + 1;
    }
    return last == seen.size() - 1 && call.order().compareTo(seen.getLast()) > 0;
  }

  private static List<String> distinct(List<Call> calls) {
    Set<String> known = new HashSet<>();
    return calls.stream().map(Call::order).filter(known::add).toList();
  }
}
