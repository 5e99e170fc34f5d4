package dev.tailrace.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./tailrace bench ...}: each benchmark is a command. */
@Command(
    name = "./tailrace bench",
    description = "Measures Tailrace beside a peer, in the same run on this machine.",
    mixinStandardHelpOptions = true,
    subcommands = {
      BenchMain.Ingest.class,
      RelayCommand.class,
      EffectsCommand.class,
      ForwardingCommand.class,
      CommandLine.HelpCommand.class
    })
public final class BenchMain {

  private BenchMain() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new BenchMain()).execute(args));
  }

  /** {@code bench ingest}. */
  @Command(
      name = "ingest",
      description =
          "Signed webhooks of 1 kB: with group commit, with one transaction each, and pgbench.",
      mixinStandardHelpOptions = true)
  static final class Ingest implements Callable<Integer> {

    @Mixin private RunOptions run = new RunOptions(5);

    @Option(
        names = "--seconds",
        defaultValue = "8",
        description = "how long each measurement of a round takes (${DEFAULT-VALUE})")
    private int seconds = 8;

    @Option(
        names = "--connections",
        defaultValue = "128",
        description = "how many connections send webhooks (${DEFAULT-VALUE})")
    private int connections = 128;

    @Override
    @SuppressWarnings("SystemOut")
    public Integer call() throws Exception {
      Optional<Path> pgbench = PgBench.find();
      if (pgbench.isEmpty()) {
        System.err.println(
            "✗ pgbench is not on this machine. It comes with PostgreSQL: apt-get install postgresql-contrib, or brew install postgresql.");
        return 1;
      }
      var plan =
          new IngestBench.Plan(run.rounds(), Duration.ofSeconds(seconds), connections, run.jvm());
      System.out.println(new IngestBench(plan, pgbench.get(), System.out).run());
      return 0;
    }
  }
}
