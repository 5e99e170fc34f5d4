package dev.tailrace.console;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/** {@code ops relay status}: how the relay is, as far as Postgres knows. */
@Command(
    name = "status",
    description = {
      "Shows how the relay is, as far as Postgres knows.",
      "",
      "That is its slots, the rows in quarantine, an adoption that waits, and the",
      "settings of Postgres that matter to it.",
      "",
      "✓ is as it should be, ! could be better, ✗ needs a person. The exit code is 0",
      "without any ✗, and 1 with one: an alarm can ask it."
    },
    footer = {
      "",
      "For example:",
      "  ./tailrace ops relay status",
      "  ./tailrace ops relay status --slot tailrace_relay_eu"
    })
final class RelayStatus implements Callable<Integer> {

  @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

  private final Supplier<DatabaseOfOps> database;
  private final Supplier<String> slot;

  RelayStatus(Supplier<DatabaseOfOps> database, Supplier<String> slot) {
    this.database = database;
    this.slot = slot;
  }

  @Override
  public Integer call() {
    String name = slot.get();
    RelayState state =
        database.get().inTransaction(connection -> RelayState.look(connection, name));
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        state
            .primary()
            .map(server -> "Postgres is a primary, " + server)
            .orElse("Postgres is a standby: a relay reads the primary"));
    Map<String, List<Finding>> sections = sections(name, state);
    sections.forEach(
        (title, findings) -> {
          out.println();
          out.println(title);
          findings.stream().map(Finding::line).forEach(out::println);
        });
    long problems =
        sections.values().stream().flatMap(List::stream).filter(Finding::isProblem).count();
    out.println();
    out.println(
        problems == 0
            ? "✓ nothing needs a person"
            : "✗ "
                + problems
                + (problems == 1 ? " thing needs a person" : " things need a person"));
    return problems == 0 ? 0 : 1;
  }

  private static Map<String, List<Finding>> sections(String name, RelayState state) {
    var sections = new LinkedHashMap<String, List<Finding>>();
    for (Slot slot : state.slots()) {
      sections.put(
          "slot " + slot.name(),
          SlotFindings.of(
              slot, state.isStandby(), Optional.ofNullable(state.claims().get(slot.name()))));
    }
    if (state.slots().isEmpty()) {
      sections.put(
          "slot " + name,
          List.of(
              SlotFindings.missing(
                  state.isStandby(), Optional.ofNullable(state.claims().get(name)))));
    }
    sections.put("quarantine", List.of(quarantine(state.waiting())));
    sections.put("adoption", adoptions(state));
    sections.put("settings", settings(state.settings()));
    return sections;
  }

  private static Finding quarantine(QuarantineTable.Waiting waiting) {
    return waiting
        .oldest()
        .map(
            since ->
                Finding.problem(
                    Counted.rows(waiting.rows())
                        + (waiting.rows() == 1 ? " waits since " : " wait, the oldest since ")
                        + Columns.second(since)
                        + ": ./tailrace ops relay quarantine"))
        .orElse(Finding.good("empty"));
  }

  private static List<Finding> adoptions(RelayState state) {
    var findings = new ArrayList<Finding>();
    for (Adoptions.Adoption adoption : state.adoptions()) {
      findings.add(adoption(adoption, state));
    }
    return findings.isEmpty() ? List.of(Finding.good("none waits")) : findings;
  }

  private static Finding adoption(Adoptions.Adoption adoption, RelayState state) {
    String withdraw = ": ./tailrace ops relay adopt --withdraw --slot " + adoption.slot();
    String which = adoption.slot() + ", of " + Columns.second(adoption.at());
    if (state.primary().isPresent() && !state.primary().get().equals(adoption.server())) {
      return Finding.problem(
          which + ": it is for " + adoption.server() + ", and no relay takes it here" + withdraw);
    }
    return state.isRead(adoption.slot())
        ? Finding.problem(which + ": the relay reads and did not need it. Take it back" + withdraw)
        : Finding.hint(which + ": waits for the relay's next start");
  }

  private static List<Finding> settings(RelayState.Settings settings) {
    return List.of(
        settings.walLevel().equals("logical")
            ? Finding.good("wal_level is logical")
            : Finding.problem(
                "wal_level is "
                    + settings.walLevel()
                    + ", which has no logical slots: set it to logical and restart Postgres"),
        settings.hasCommitTimes()
            ? Finding.good("track_commit_timestamp is on")
            : Finding.hint(
                "track_commit_timestamp is off: after a lost slot rows are sent in the order in"
                    + " which their transactions began. Set it to on and restart Postgres"),
        settings.keepSize().equals("-1")
            ? Finding.hint(
                "max_slot_wal_keep_size is -1: a slot that nobody reads keeps WAL until the disk is"
                    + " full. Set it to what the disk can spare, and reload Postgres")
            : Finding.good("max_slot_wal_keep_size is " + settings.keepSize()));
  }
}
