package dev.tailrace.testkit;

import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;

/** The committed rows of the outbox. */
record Outbox(DataSource database) {

  /** The topic of each event's type, without a prefix, by the event's id. */
  Map<String, String> topicsById() {
    var topics = new HashMap<String, String>();
    for (var row : new Sql(database).rows("select id, type from outbox_event")) {
      topics.put(String.valueOf(row.get("id")), topicOf(String.valueOf(row.get("type"))));
    }
    return topics;
  }

  static String topicOf(String type) {
    return "events." + type.replace(':', '.').replace('_', '-');
  }
}
