package dev.tailrace.console;

import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/**
 * {@code ops relay}: how the relay is, and what only a person can settle.
 *
 * <p>All of it goes through Postgres, where a relay of any release finds it: it need neither run
 * nor answer.
 */
@Command(
    name = "relay",
    synopsisSubcommandLabel = "COMMAND",
    description = "Looks after the relay: its slot, and the rows that Kafka did not take.",
    footer = {
      "",
      "For example:",
      "  ./tailrace ops relay status",
      "  ./tailrace ops relay quarantine",
      "  ./tailrace ops relay resend --all --wait",
      "",
      "What a relay does by itself and when it asks: infra/docs/relay.md"
    })
final class RelayCommand implements Runnable {

  @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--slot",
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description =
          "the relay's slot, its RELAY_SLOT; for all but adopt, every one whose name begins so (default: ${DEFAULT-VALUE})",
      defaultValue = "tailrace_relay")
  private String slot = "tailrace_relay";

  private final Supplier<DatabaseOfOps> database;
  private final Question question;

  RelayCommand(Supplier<DatabaseOfOps> database, Question question) {
    this.database = database;
    this.question = question;
  }

  CommandLine commands() {
    return new CommandLine(this)
        .addSubcommand(new RelayStatus(database, this::slot))
        .addSubcommand(new RelayAdopt(database, this::slot, question))
        .addSubcommand(new RelayQuarantine(database, this::slot))
        .addSubcommand(new RelayResend(database, this::slot))
        .addSubcommand(new RelayDiscard(database, question))
        .addSubcommand(new RelayShards(database, this::slot, question));
  }

  private String slot() {
    if (!slot.matches("[a-z0-9_]{1,63}")) {
      throw new ParameterException(
          spec.commandLine(),
          "--slot \"" + slot + "\" is no slot name: at most 63 of a-z, 0-9 and _");
    }
    return slot;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "name a command: status, adopt, quarantine, resend, discard or shards");
  }
}
