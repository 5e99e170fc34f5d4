package dev.tailrace.consumers.machines;

import dev.tailrace.contracts.machine.MachineState;

/**
 * What a request to put a machine away comes to: all the rules of it are here.
 *
 * <p>A request may be old: it comes again by a replay, or was held up for a day. Whoever asks for a
 * machine to be put away has moved it to {@code archiving} in the same transaction, and no way
 * leads back from there. So a machine that is said to be replaced and still serves was never
 * replaced, and stays.
 */
sealed interface Ruling {

  /** It can't become active any more, and is put away. */
  record Going() implements Ruling {}

  /**
   * It has to leave first, so that it can't become active while it is put away.
   *
   * @param next where it then stands
   */
  record Leaves(MachineState.Archiving next) implements Ruling {}

  /** It was put away before. What its provider still has of it is put away without another word. */
  record Gone() implements Ruling {}

  /** It stays, and this is why. */
  record Stays(String reason) implements Ruling {}

  /**
   * Of a machine that stands there now.
   *
   * @param replaced whether it is to be put away for another that has taken its place
   */
  static Ruling on(MachineState state, boolean replaced) {
    return switch (state) {
      case MachineState.Starting starting ->
          replaced
              ? new Stays("it is starting, and nothing can have replaced it")
              : new Leaves(starting.putAway());
      case MachineState.Active active ->
          replaced
              ? new Stays("it serves its project, and nothing has replaced it")
              : new Leaves(active.putAway());
      // One that failed stays so until it is put away: a request may be given up for the second
      // time, after which nothing would fail it once more.
      case MachineState.Archiving _, MachineState.Failed _ -> new Going();
      case MachineState.Archived _ -> new Gone();
    };
  }
}
