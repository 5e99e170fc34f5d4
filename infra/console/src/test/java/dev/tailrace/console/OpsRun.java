package dev.tailrace.console;

import dev.tailrace.testkit.SettableClock;
import dev.tailrace.testkit.TestDatabase;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.time.Clock;
import java.util.Map;
import picocli.CommandLine;

/** One call of {@code ./tailrace ops}: what it answered, and what it printed. */
record OpsRun(int exit, String out, String err) {

  /**
   * Calls it.
   *
   * @param answers what a person would type
   */
  static OpsRun of(
      Map<String, String> environment, String answers, Clock clock, String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    CommandLine console =
        ConsoleMain.console(environment, clock, new BufferedReader(new StringReader(answers)));
    int exit = console.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(arguments);
    return new OpsRun(exit, out.toString(), err.toString());
  }

  static OpsRun on(TestDatabase database, String... arguments) {
    return answering("", database, arguments);
  }

  static OpsRun answering(String answers, TestDatabase database, String... arguments) {
    return of(environment(database), answers, new SettableClock(), arguments);
  }

  static Map<String, String> environment(TestDatabase database) {
    return Map.of(
        "OPS_DB_URL", database.jdbcUrl(),
        "OPS_DB_USER", database.user(),
        "OPS_DB_PASSWORD", database.password());
  }
}
