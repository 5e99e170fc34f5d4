package dev.tailrace.benchmarks;

import dev.tailrace.consumers.ConsumersMain;
import dev.tailrace.contracts.event.Catalogue;
import dev.tailrace.contracts.event.ConnectionEvent;
import dev.tailrace.contracts.event.Event;
import dev.tailrace.contracts.event.MachineEvent;
import dev.tailrace.contracts.event.OAuthEvent;
import dev.tailrace.contracts.event.ResendEvent;
import dev.tailrace.contracts.event.SlackEvent;
import dev.tailrace.contracts.event.Topics;
import dev.tailrace.testkit.ServiceProcess;
import java.io.IOException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Who posts events to the daemons of machines, in a process of its own. */
record ForwardingContestant(String key, String name, Way way, ForwardingScene scene)
    implements Caller {

  private static final String PREFIX = "FORWARDING_";

  /** How it does that. */
  sealed interface Way {

    /**
     * Tailrace's application as it is.
     *
     * @param settings beside those that it must have, without their prefix
     */
    record Application(List<String> jvm, Map<String, String> settings) implements Way {
      public Application {
        jvm = List.copyOf(jvm);
        settings = Map.copyOf(settings);
      }
    }

    /** A program of the benchmarks, which makes the same post. */
    record Peer(Class<?> main, boolean oneByOne) implements Way {}
  }

  @Override
  public boolean oneByOne() {
    return way instanceof Way.Peer(_, boolean alone) && alone;
  }

  /** The daemons tell when each was through. */
  @Override
  public boolean records() {
    return false;
  }

  /** Whoever makes one call after another would still wait for the dead at the end of the run. */
  @Override
  public boolean takes(EffectLoad load) {
    return !(oneByOne() && load.someDead());
  }

  @Override
  public EffectEntry enter(Stage stage, String id, EffectLoad load, int concurrency)
      throws IOException, SQLException {
    var topics = new FreshTopics(stage.admin(), id + ".").makeNamed(inputs(id + "."));
    scene.fill(stage, load);
    Map<String, String> settings = EffectEntry.settings(stage, id, topics, concurrency);
    EffectEntry.Launch launch =
        switch (way) {
          case Way.Application application -> application(application, settings);
          case Way.Peer(Class<?> main, boolean _) -> {
            var told = new HashMap<>(settings);
            told.put("DAEMONS", scene.file(stage, id, load).toString());
            told.put("STATUS", stage.folder().resolve(id + ".status").toString());
            yield new EffectEntry.Launch(Seat.program(main, told), List.of(), Map.of());
          }
        };
    Tally tally = scene.serve(load);
    return new EffectEntry(
        stage,
        id,
        topics,
        launch,
        () -> tally.status(tally.completed()),
        new ForwardingRecords(topics.prefix()));
  }

  private EffectEntry.Launch application(Way.Application way, Map<String, String> settings) {
    var told = new HashMap<>(settings);
    told.put("ADMIN_PORT", "0");
    told.put("SEALING_KEYS", scene.keyset());
    told.put("ALLOWED_NETWORKS", "127.0.0.0/8");
    told.put("RESEND_API_KEY", "re_none");
    told.putAll(way.settings());
    var environment = new HashMap<String, String>();
    told.forEach((key, value) -> environment.put(PREFIX + key, value));
    return new EffectEntry.Launch(
        ServiceProcess.Program.of(ConsumersMain.class, "forwarding"), way.jvm(), environment);
  }

  /** All topics that the application reads; but for one they stay empty. */
  private static List<String> inputs(String prefix) {
    var topics = new Topics(prefix);
    return Stream.<Class<? extends Event>>of(
            SlackEvent.class,
            ResendEvent.class,
            MachineEvent.class,
            ConnectionEvent.class,
            OAuthEvent.class)
        .flatMap(family -> Catalogue.family(family).stream())
        .map(topics::events)
        .toList();
  }
}
