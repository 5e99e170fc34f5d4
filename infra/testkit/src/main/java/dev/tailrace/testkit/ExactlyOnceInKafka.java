package dev.tailrace.testkit;

import java.util.ArrayList;
import java.util.HashSet;
import javax.sql.DataSource;

/** A read_committed reader sees each committed outbox event once, and nothing that was not. */
public record ExactlyOnceInKafka(DataSource database, TestTopics topics) implements Guarantee {

  @Override
  public String says() {
    return "a read_committed reader sees each committed outbox event exactly once";
  }

  @Override
  public void check() {
    var committed = new Outbox(database).topicsById().keySet();
    var seen = new HashSet<String>();
    var repeated = new ArrayList<String>();
    for (var event : Published.all(topics)) {
      if (!seen.add(event.id())) {
        repeated.add(event.id());
      }
    }
    Offenders.mustBeNone(this, repeated, "records repeat an event");

    var unknown = new HashSet<>(seen);
    unknown.removeAll(committed);
    Offenders.mustBeNone(this, unknown, "records show an event that was never committed");

    var unseen = new HashSet<>(committed);
    unseen.removeAll(seen);
    Offenders.mustBeNone(this, unseen, "committed events are never seen");
  }
}
