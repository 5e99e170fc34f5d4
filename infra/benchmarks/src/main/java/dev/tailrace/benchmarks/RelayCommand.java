package dev.tailrace.benchmarks;

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

/** {@code bench relay}. */
@Command(
    name = "relay",
    description = "A backlog of 1 kB rows from the outbox to Kafka: the relay, and others.",
    mixinStandardHelpOptions = true)
final class RelayCommand implements Callable<Integer> {

  private static final String WORKER_CLASS_PATH = "tailrace.bench.connect";

  @Option(
      names = "--rows",
      defaultValue = "1000000",
      description = "how many rows a backlog has (${DEFAULT-VALUE})")
  private long rows = 1_000_000;

  @Mixin private RunOptions run = new RunOptions(3);

  @Mixin private WhoOptions who = new WhoOptions();

  @Option(
      names = "--sizes",
      split = ",",
      defaultValue = "1,10,1000",
      description = "rows of a transaction; a backlog for each (${DEFAULT-VALUE})")
  private List<Integer> sizes = List.of();

  @Option(
      names = "--seconds",
      defaultValue = "20",
      description =
          "how long single rows are timed at a steady rate; 0 for not at all (${DEFAULT-VALUE})")
  private int seconds = 20;

  @Option(
      names = "--relay-env",
      paramLabel = "KEY=VALUE",
      description = "a setting of the relay, such as RELAY_QUEUE_BYTES=64MiB")
  private Map<String, String> relayEnvironment = Map.of();

  @Option(
      names = "--connector",
      paramLabel = "KEY=VALUE",
      description = "a setting of Kafka Connect's connector, to tune it otherwise")
  private Map<String, String> connector = Map.of();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  @SuppressWarnings("SystemOut")
  public Integer call() throws Exception {
    if (rows < 1
        || run.rounds() < 1
        || sizes.isEmpty()
        || sizes.stream().anyMatch(size -> size < 1)) {
      throw new ParameterException(spec.commandLine(), "rows, rounds and sizes are 1 or more");
    }
    var plan = new RelayBench.Plan(rows, run.rounds(), sizes, Duration.ofSeconds(seconds));
    RelayBench.Outcome outcome = new RelayBench(plan, contestants(), System.out).run();
    System.out.println(outcome.table());
    outcome.problems().forEach(System.err::println);
    return outcome.problems().isEmpty() ? 0 : 1;
  }

  private List<Contestant> contestants() {
    String worker = System.getProperty(WORKER_CLASS_PATH);
    if (worker == null) {
      throw new ParameterException(
          spec.commandLine(),
          "-D%s is not set; ./tailrace bench does".formatted(WORKER_CLASS_PATH));
    }
    List<Contestant> all =
        List.of(
            new RelayContestant(run.jvm(), relayEnvironment),
            new ConnectContestant(worker, true, connector),
            new ConnectContestant(worker, false, connector),
            new ReaderContestant(),
            new ProducerContestant());
    return who.of(all, spec);
  }
}
