package dev.tailrace.benchmarks;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench effects}. */
@Command(
    name = "effects",
    description = "A call for each event: the effect runtime, and others.",
    mixinStandardHelpOptions = true)
final class EffectsCommand implements Callable<Integer> {

  @Mixin private RunOptions run = new RunOptions(3);

  @Mixin private WhoOptions who = new WhoOptions();

  @Option(
      names = "--calls",
      split = ",",
      defaultValue = "0,20,100",
      description = "how long a call takes, in ms (${DEFAULT-VALUE})")
  private List<Integer> calls = List.of();

  @Option(
      names = "--lanes",
      split = ",",
      defaultValue = "1000,50000",
      description = "over how many lanes the effects are spread (${DEFAULT-VALUE})")
  private List<Integer> lanes = List.of();

  @Option(
      names = "--effects",
      defaultValue = "100000",
      description =
          "how many effects a backlog has, a quarter more before it to warm up; whoever makes one call after another gets as many as take ten seconds (${DEFAULT-VALUE})")
  private long effects = 100_000;

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description =
          "how long effects are timed at a steady rate; 0 for not at all (${DEFAULT-VALUE})")
  private int seconds = 10;

  @Option(
      names = "--rate",
      defaultValue = "0",
      description =
          "the steady rate, effects a second; 0 for half of what each drained (${DEFAULT-VALUE})")
  private double rate;

  @Option(
      names = "--concurrency",
      defaultValue = "2000",
      description = "how many calls each may make at once (${DEFAULT-VALUE})")
  private int concurrency = 2_000;

  @Option(
      names = "--no-dead",
      description = "leaves out the runs where one destination of a hundred is dead")
  private boolean noDead;

  @Option(
      names = "--effects-env",
      paramLabel = "KEY=VALUE",
      description = "a setting of the effect runtime, such as DB_POOL_SIZE=32")
  private Map<String, String> settings = Map.of();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  @SuppressWarnings("SystemOut")
  public Integer call() throws Exception {
    EffectPlan plan = plan();
    List<EffectContestant> contestants = contestants();
    EffectBench.Outcome outcome =
        new EffectBench(
                plan,
                contestants,
                (drains, paced) -> new EffectTable(plan, contestants, drains, paced).toString(),
                System.out,
                Clock.systemUTC())
            .run();
    System.out.println(outcome.table());
    outcome.problems().forEach(System.err::println);
    return outcome.problems().isEmpty() ? 0 : 1;
  }

  /**
   * What it was told.
   *
   * @throws ParameterException for numbers that make no sense
   */
  EffectPlan plan() {
    if (effects < 1 || run.rounds() < 1 || concurrency < 1 || seconds < 0 || rate < 0) {
      throw new ParameterException(
          spec.commandLine(), "effects, rounds and concurrency are 1 or more, the others 0");
    }
    if (lanes.stream().anyMatch(count -> count < EffectLoad.ONE_IN)) {
      throw new ParameterException(
          spec.commandLine(), "lanes are 100 or more, so that one of a hundred can be dead");
    }
    if (calls.stream().anyMatch(millis -> millis < 0)) {
      throw new ParameterException(spec.commandLine(), "no call takes less than 0 ms");
    }
    return new EffectPlan(
        effects,
        run.rounds(),
        EffectPlan.loads(calls, lanes, !noDead),
        Duration.ofSeconds(seconds),
        rate,
        concurrency);
  }

  List<EffectContestant> contestants() {
    return who.of(
        List.of(
            new EffectContestant(
                "a", "effect runtime", RuntimeMain.class, false, true, run.jvm(), settings),
            new EffectContestant(
                "b",
                "Kafka Streams that calls inside process()",
                InlineMain.class,
                true,
                false,
                List.of(),
                Map.of()),
            new EffectContestant(
                "c",
                "parallel-consumer 0.5.3.3, ordered by key",
                ParallelMain.class,
                false,
                false,
                List.of(),
                Map.of())),
        spec);
  }
}
