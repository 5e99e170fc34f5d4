package dev.tailrace.benchmarks;

import java.util.List;
import picocli.CommandLine.Option;

/** What every benchmark can be told. */
final class RunOptions {

  @Option(names = "--rounds", description = "how many rounds (${DEFAULT-VALUE})")
  private int rounds;

  @Option(
      names = "--jvm",
      description = "an option of the JVM of Tailrace's process, such as one that starts a profile")
  private List<String> jvm = List.of();

  /**
   * @param rounds unless told
   */
  RunOptions(int rounds) {
    this.rounds = rounds;
  }

  int rounds() {
    return rounds;
  }

  List<String> jvm() {
    return jvm;
  }
}
