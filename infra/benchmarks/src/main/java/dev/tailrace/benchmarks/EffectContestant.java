package dev.tailrace.benchmarks;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A way to carry out effects whose speed is measured, in a process of its own.
 *
 * @param main what runs, started with what {@link Seat} reads
 * @param oneByOne whether a call holds up all others
 * @param records whether it writes each attempt to {@code effects.attempts}
 * @param jvm options beside those that every contestant has
 * @param settings beside those that it must have
 */
record EffectContestant(
    String key,
    String name,
    Class<?> main,
    boolean oneByOne,
    boolean records,
    List<String> jvm,
    Map<String, String> settings)
    implements Caller {

  private static final EventRecords RECORDS = new EventRecords();

  EffectContestant {
    jvm = List.copyOf(jvm);
    settings = Map.copyOf(settings);
  }

  @Override
  public EffectEntry enter(Stage stage, String id, EffectLoad load, int concurrency) {
    var topics = new FreshTopics(stage.admin(), id + ".").make(Set.of(Kind.BACKLOG));
    var status = new StatusFile(stage.folder().resolve(id + ".status"));
    var told = new HashMap<String, String>();
    told.put("STATUS", status.path().toString());
    told.put("CALL", load.call().toMillis() + "ms");
    told.putAll(EffectEntry.settings(stage, id, topics, concurrency));
    told.putAll(settings);
    String topic = Kind.BACKLOG.topic(topics.prefix());
    return new EffectEntry(
        stage,
        id,
        topics,
        new EffectEntry.Launch(Seat.program(main, told), jvm, Map.of()),
        status::read,
        (number, lane, appended) -> RECORDS.of(topic, Kind.BACKLOG.type(), number, lane, appended));
  }
}
