package dev.tailrace.local;

/** The clock of one event's way: each step is told with the time since the first. */
final class Journey {

  private final Terminal terminal;
  private final long begin = System.nanoTime();

  Journey(Terminal terminal) {
    this.terminal = terminal;
  }

  void step(String what, String detail) {
    String time = Terminal.millis(System.nanoTime() - begin);
    terminal.line("  " + time + "  " + Terminal.padded(what, 50) + "  " + detail);
  }
}
