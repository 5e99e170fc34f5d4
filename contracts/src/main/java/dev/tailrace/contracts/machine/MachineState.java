package dev.tailrace.contracts.machine;

/**
 * Where a machine stands in its life. A method is a legal transition; there are no others.
 *
 * <pre>{@code
 * starting ──► active ──► archiving ──► archived
 *    │  └──────────────────►▲   │
 *    └──► failed ───────────┘◄──┘ (failed)
 * }</pre>
 */
public sealed interface MachineState {

  /** How the table has it. */
  String word();

  /** It is wanted; nothing serves yet. */
  record Starting() implements MachineState {

    @Override
    public String word() {
      return "starting";
    }

    /** Its daemon serves: it is the project's one active machine. */
    public Active promoted() {
      return new Active();
    }

    /** No machine could be made. */
    public Failed failed(String reason) {
      return new Failed(reason);
    }

    /** It is put away before it ever served. */
    public Archiving putAway() {
      return new Archiving();
    }
  }

  /** It serves its project, which has at most one of these. */
  record Active() implements MachineState {

    @Override
    public String word() {
      return "active";
    }

    /** Another has taken its place, or somebody asked for it. */
    public Archiving putAway() {
      return new Archiving();
    }
  }

  /** It serves no more, and is being put away at its provider. */
  record Archiving() implements MachineState {

    @Override
    public String word() {
      return "archiving";
    }

    /** It is put away. */
    public Archived archived() {
      return new Archived();
    }

    /** It could not be put away. */
    public Failed failed(String reason) {
      return new Failed(reason);
    }
  }

  /** It is put away. */
  record Archived() implements MachineState {

    @Override
    public String word() {
      return "archived";
    }
  }

  /**
   * It could not be made, or not be put away; at its provider there may be something of it.
   *
   * @param reason for a person to read; not blank
   */
  record Failed(String reason) implements MachineState {

    @Override
    public String word() {
      return "failed";
    }

    /** It is put away, perhaps once more. */
    public Archiving putAway() {
      return new Archiving();
    }
  }

  /**
   * As the table has it.
   *
   * @throws IllegalArgumentException for a word that none has
   */
  static MachineState of(String word, String failure) {
    return switch (word) {
      case "starting" -> new Starting();
      case "active" -> new Active();
      case "archiving" -> new Archiving();
      case "archived" -> new Archived();
      case "failed" -> new Failed(failure);
      default -> throw new IllegalArgumentException("no machine is ever " + word);
    };
  }
}
