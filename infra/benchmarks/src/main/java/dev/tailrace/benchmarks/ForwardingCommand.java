package dev.tailrace.benchmarks;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench forwarding}. */
@Command(
    name = "forwarding",
    description = "Events to the daemons of machines: the forwarding application, and others.",
    mixinStandardHelpOptions = true)
final class ForwardingCommand implements Callable<Integer> {

  @Mixin private RunOptions run = new RunOptions(3);

  @Mixin private WhoOptions who = new WhoOptions();

  @Option(
      names = "--call",
      defaultValue = "100",
      description = "how long a daemon takes, in ms (${DEFAULT-VALUE})")
  private int call = 100;

  @Option(
      names = "--projects",
      defaultValue = "1000",
      description =
          "how many projects there are, each with a machine and a conversation (${DEFAULT-VALUE})")
  private int projects = 1_000;

  @Option(
      names = "--dead",
      defaultValue = "0",
      description =
          "measures once more with so many projects whose daemon never answers (${DEFAULT-VALUE})")
  private int dead;

  @Option(
      names = "--deliveries",
      defaultValue = "60000",
      description =
          "how many events a backlog has, a quarter more before it to warm up; whoever makes one call after another gets as many as take ten seconds (${DEFAULT-VALUE})")
  private long deliveries = 60_000;

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description =
          "how long deliveries are timed at a steady rate; 0 for not at all (${DEFAULT-VALUE})")
  private int seconds = 10;

  @Option(
      names = "--rate",
      defaultValue = "0",
      description =
          "the steady rate, events a second; 0 for half of what each drained (${DEFAULT-VALUE})")
  private double rate;

  @Option(
      names = "--concurrency",
      defaultValue = "500",
      description =
          "how many calls each may make at once; forwarding's connections are bounded beside that (${DEFAULT-VALUE})")
  private int concurrency = 500;

  @Option(
      names = "--forwarding-env",
      paramLabel = "KEY=VALUE",
      description = "a setting of the forwarding application, such as DB_POOL_SIZE=32")
  private Map<String, String> settings = Map.of();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  @SuppressWarnings("SystemOut")
  public Integer call() throws Exception {
    EffectPlan plan = plan();
    var clock = Clock.systemUTC();
    try (var daemons = DaemonServer.open(projects, clock)) {
      List<ForwardingContestant> contestants = contestants(new ForwardingScene(daemons));
      EffectBench.Outcome outcome =
          new EffectBench(
                  plan,
                  contestants,
                  (drains, paced) ->
                      new ForwardingTable(plan, contestants, drains, paced).toString(),
                  System.out,
                  clock)
              .run();
      System.out.println(outcome.table());
      outcome.problems().forEach(System.err::println);
      return outcome.problems().isEmpty() ? 0 : 1;
    }
  }

  /**
   * What it was told.
   *
   * @throws ParameterException for numbers that make no sense
   */
  EffectPlan plan() {
    if (deliveries < 1 || run.rounds() < 1 || concurrency < 1 || projects < 1) {
      throw new ParameterException(
          spec.commandLine(), "deliveries, rounds, concurrency and projects are 1 or more");
    }
    if (seconds < 0 || rate < 0 || call < 0 || dead < 0) {
      throw new ParameterException(
          spec.commandLine(), "seconds, rate, call and dead are 0 or more");
    }
    if (dead > 0 && (projects % dead != 0 || dead * 2 > projects)) {
      throw new ParameterException(
          spec.commandLine(),
          "the dead are at most half of the projects, and evenly among them: %d of %d are not"
              .formatted(dead, projects));
    }
    var healthy = new EffectLoad(Duration.ofMillis(call), projects, 0);
    var loads = new ArrayList<>(List.of(healthy));
    if (dead > 0) {
      loads.add(healthy.withDead(projects / dead));
    }
    return new EffectPlan(
        deliveries, run.rounds(), loads, Duration.ofSeconds(seconds), rate, concurrency);
  }

  List<ForwardingContestant> contestants(ForwardingScene scene) {
    return who.of(
        List.of(
            new ForwardingContestant(
                "a",
                "forwarding",
                new ForwardingContestant.Way.Application(run.jvm(), settings),
                scene),
            new ForwardingContestant(
                "b",
                "Kafka Streams that calls inside process()",
                new ForwardingContestant.Way.Peer(InlineMain.class, true),
                scene),
            new ForwardingContestant(
                "c",
                "parallel-consumer 0.5.3.3, ordered by key",
                new ForwardingContestant.Way.Peer(ParallelMain.class, false),
                scene)),
        spec);
  }
}
