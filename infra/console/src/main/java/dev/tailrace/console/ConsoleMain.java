package dev.tailrace.console;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** {@code ./tailrace ops}: the operator's commands. */
@Command(
    name = "tailrace ops",
    synopsisSubcommandLabel = "COMMAND",
    description = "What an operator does to a running Tailrace.",
    footer = {
      "",
      "The database is that of OPS_DB_URL, OPS_DB_USER and OPS_DB_PASSWORD",
      "(or OPS_DB_PASSWORD_FILE); without them, that of the Tailrace that runs",
      "on this machine.",
      "",
      "Exit codes: 0 done, 1 not done, 2 the command was not understood."
    })
public final class ConsoleMain implements Runnable {

  private static final int FAILED = 1;

  @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description = "where a Tailrace of this machine keeps its files (default: ${DEFAULT-VALUE})",
      defaultValue = "data")
  private Path data = Path.of("data");

  private final Map<String, String> environment;

  private ConsoleMain(Map<String, String> environment) {
    this.environment = environment;
  }

  public static void main(String[] arguments) {
    // Before the first logger.
    System.setProperty("logback.configurationFile", "dev/tailrace/console/logback-console.xml");
    var in = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
    System.exit(console(System.getenv(), Clock.systemUTC(), in).execute(arguments));
  }

  /**
   * The commands, each made here with what it needs.
   *
   * @param answers to what a command asks, a line each
   */
  static CommandLine console(Map<String, String> environment, Clock clock, BufferedReader answers) {
    var console = new ConsoleMain(environment);
    var tokens = new TokenCommand(console::database, clock);
    var relay = new RelayCommand(console::database, new Question(answers));
    var root = new CommandLine(console);
    root.getCommandSpec().addOption(help());
    return root.addSubcommand("relay", relay.commands())
        .addSubcommand("token", tokens.commands())
        .setExecutionExceptionHandler(ConsoleMain::refuse)
        .setUsageHelpAutoWidth(true);
  }

  /** Every command has it. */
  private static OptionSpec help() {
    return OptionSpec.builder("-h", "--help")
        .usageHelp(true)
        .scopeType(ScopeType.INHERIT)
        .description("show this help")
        .build();
  }

  private DatabaseOfOps database() {
    return DatabaseOfOps.find(environment, data.toAbsolutePath().normalize());
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name a command: relay or token");
  }

  /** A problem that a person can mend is one message; anything else is a bug, with its trace. */
  private static int refuse(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    if (e instanceof CannotException) {
      command.getErr().println("✗ " + e.getMessage());
    } else {
      e.printStackTrace(command.getErr());
    }
    return FAILED;
  }
}
