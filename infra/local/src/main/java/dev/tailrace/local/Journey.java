package dev.tailrace.local;

/** The clock of one event's way: each step is told with the time since the first. */
final class Journey {

  private final Terminal terminal;
  private final long begin = System.nanoTime();

  Journey(Terminal terminal) {
    this.terminal = terminal;
  }

  /** The time now, for a step that is told later. */
  long now() {
    return System.nanoTime();
  }

  void step(String what, String detail) {
    step(now(), what, detail);
  }

  void step(long at, String what, String detail) {
    String time = Terminal.millis(at - begin);
    terminal.line(("  " + time + "  " + Terminal.padded(what, 56) + "  " + detail).stripTrailing());
  }
}
