package dev.tailrace.local;

import java.nio.file.Path;
import java.time.Clock;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * The commands of {@code ./tailrace} that run the pipeline; the script knows those that build it.
 */
@Command(
    name = "tailrace",
    mixinStandardHelpOptions = true,
    version = "Tailrace " + Pipeline.VERSION,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {LocalMain.Up.class, LocalMain.Demo.class},
    description = "Webhooks and events through Postgres and Kafka to everything that must follow.")
public final class LocalMain implements Runnable {

  private static final int FAILED = 1;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private LocalMain() {
    this.spec = CommandLine.Model.CommandSpec.create();
  }

  public static void main(String[] arguments) {
    // Before the first logger: what the engines say goes to a file, a person reads the terminal.
    System.setProperty("logback.configurationFile", "dev/tailrace/local/logback-local.xml");
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    System.exit(run(arguments));
  }

  /** Also an Error ends the process: half a pipeline's threads would keep it alive. */
  private static int run(String... arguments) {
    try {
      return new CommandLine(new LocalMain())
          .setExecutionExceptionHandler(LocalMain::refuse)
          .execute(arguments);
    } catch (Error e) {
      e.printStackTrace();
      return FAILED;
    }
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name a command: up or demo");
  }

  /** A problem that a person can mend is one line; anything else is a bug, with its trace. */
  private static int refuse(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    if (e instanceof CannotException) {
      command.getErr().println("✗ " + e.getMessage());
    } else {
      e.printStackTrace(command.getErr());
    }
    return FAILED;
  }

  /** Where the pipeline keeps its files. */
  static final class Data {

    @Option(
        names = "--data",
        paramLabel = "DIR",
        description = "where everything is kept between runs (default: ${DEFAULT-VALUE})",
        defaultValue = "data")
    private Path directory = Path.of("data");

    Path directory() {
      return directory.toAbsolutePath().normalize();
    }
  }

  @Command(
      name = "up",
      mixinStandardHelpOptions = true,
      description =
          "Starts Postgres, Kafka and every service on this machine, and stays until Ctrl-C.")
  static final class Up implements Runnable {

    @CommandLine.Mixin private Data data = new Data();

    @Option(names = "--fresh", description = "empty the data directory first")
    private boolean fresh;

    @Option(
        names = "--port-base",
        paramLabel = "PORT",
        description = "take the ports from this one on, instead of the usual ones",
        defaultValue = "0")
    private int portBase;

    @Override
    public void run() {
      Ports ports = portBase == 0 ? Ports.USUAL : Ports.from(portBase);
      new dev.tailrace.local.Up(data.directory(), ports, Terminal.ofProcess(), Clock.systemUTC())
          .run(fresh);
    }
  }

  @Command(
      name = "demo",
      mixinStandardHelpOptions = true,
      description =
          "Sends three events through the running pipeline and shows each step of their way.")
  static final class Demo implements Runnable {

    @CommandLine.Mixin private Data data = new Data();

    @Override
    public void run() {
      Whereabouts whereabouts = Whereabouts.read(data.directory());
      new dev.tailrace.local.Demo(whereabouts, Terminal.ofProcess(), Clock.systemUTC()).run();
    }
  }
}
