package dev.tailrace.effects;

/** What an operator asks of an application's effects, with who asks and why. */
public sealed interface Command {

  String by();

  String why();

  /** Nothing of a consumer, or of one of its lanes, is started until it is resumed. */
  record Pause(Scope scope, String by, String why) implements Command {

    /**
     * A pause.
     *
     * @throws IllegalArgumentException if the scope is not of a consumer or a lane
     */
    public Pause {
      ofLanes(scope);
    }
  }

  /** Ends a {@link Pause} of the same scope. */
  record Resume(Scope scope, String by, String why) implements Command {

    /**
     * A resumption.
     *
     * @throws IllegalArgumentException if the scope is not of a consumer or a lane
     */
    public Resume {
      ofLanes(scope);
    }
  }

  /** What waits to be tried again, for an event or for a destination, is tried now. */
  record RetryNow(Scope scope, String by, String why) implements Command {}

  /** What is pending is not carried out any more; what runs at that moment is not affected. */
  record Cancel(Scope scope, String by, String why) implements Command {}

  /** What was given up is pending again, at the end of its lane, with all its tries. */
  record Redrive(DeadLetter letter, String by, String why) implements Command {}

  /**
   * What was given up stays so: nobody has to look at it any more. One that was redriven is not
   * kept from its tries by this.
   */
  record Discard(DeadLetter letter, String by, String why) implements Command {}

  private static void ofLanes(Scope scope) {
    if (!scope.isOfLanes()) {
      throw new IllegalArgumentException(
          "a consumer or a lane can be paused, not one event: leave out event and item");
    }
  }
}
