package dev.tailrace.benchmarks;

import dev.tailrace.testkit.ServiceProcess;
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
    implements Participant {

  EffectContestant {
    jvm = List.copyOf(jvm);
    settings = Map.copyOf(settings);
  }

  /**
   * Makes what it needs.
   *
   * @param id tells this entry from all others of the run
   */
  EffectEntry enter(Stage stage, String id, EffectLoad load, int concurrency) {
    var topics = new FreshTopics(stage.admin(), id + ".").make(Set.of(Kind.BACKLOG));
    var status = new StatusFile(stage.folder().resolve(id + ".status"));
    var told = new HashMap<String, String>();
    told.put("STATUS", status.path().toString());
    told.put("CALL", load.call().toMillis() + "ms");
    told.put("KAFKA_BOOTSTRAP", stage.bootstrap());
    told.put("TOPIC_PREFIX", topics.prefix());
    told.put("INSTANCE", id);
    told.put("STATE_DIR", stage.folder().resolve(id + ".state").toString());
    told.put("CONCURRENCY", Integer.toString(concurrency));
    told.put("DB_URL", stage.postgres().jdbcUrl("postgres"));
    told.put("DB_USER", stage.postgres().user());
    told.put("DB_TIMEOUT", "60s");
    settings.forEach(told::put);
    var program =
        ServiceProcess.Program.of(
            main,
            told.entrySet().stream()
                .map(each -> Seat.PREFIX + each.getKey() + "=" + each.getValue())
                .toArray(String[]::new));
    return new EffectEntry(stage, id, topics, status, program, jvm);
  }
}
