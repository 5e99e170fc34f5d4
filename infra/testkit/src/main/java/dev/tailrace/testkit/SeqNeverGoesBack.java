package dev.tailrace.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;

/**
 * {@code ce_seq} rises with the offset in each partition, and no two records of any topics have the
 * same: whoever keeps the highest that it has seen knows a repeat, and can tell which of two is the
 * later.
 */
public record SeqNeverGoesBack(TestTopics topics) implements Guarantee {

  @Override
  public String says() {
    return "ce_seq rises in each partition, and is used once over all topics";
  }

  @Override
  public void check() {
    var highest = new HashMap<String, String>();
    var used = new HashSet<String>();
    var fallen = new ArrayList<String>();
    var shared = new ArrayList<String>();
    for (var event : Published.all(topics)) {
      var partition = event.topic() + "-" + event.partition();
      var place = partition + "@" + event.offset() + " " + event.seq();
      var before = highest.merge(partition, event.seq(), SeqNeverGoesBack::later);
      if (!used.add(event.seq())) {
        shared.add(place);
      } else if (!before.equals(event.seq())) {
        fallen.add(place);
      }
    }
    Offenders.mustBeNone(this, shared, "records have a ce_seq that another has");
    Offenders.mustBeNone(this, fallen, "records have a ce_seq not above those before them");
  }

  /** They have as many digits as each other, so that texts compare as numbers do. */
  private static String later(String one, String other) {
    return one.compareTo(other) >= 0 ? one : other;
  }
}
