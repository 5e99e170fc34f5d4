package dev.tailrace.testkit;

import java.util.HashMap;
import javax.sql.DataSource;

/** Every event that was committed to the outbox is in the topic of its type. */
public record NothingLost(DataSource database, TestTopics topics) implements Guarantee {

  @Override
  public String says() {
    return "every committed outbox event is in its topic";
  }

  @Override
  public void check() {
    var missing = new HashMap<>(new Outbox(database).topicsById());
    for (var event : Published.all(topics)) {
      var expected = missing.get(event.id());
      if (expected != null && topics.name(expected).equals(event.topic())) {
        missing.remove(event.id());
      }
    }
    Offenders.mustBeNone(this, missing.keySet(), "outbox events are not in their topics");
  }
}
