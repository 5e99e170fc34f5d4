package dev.tailrace.consumers.machines;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where machines run. Each method is one call, or two where the first was answered oddly. */
interface Sandboxes {

  /** The state of a sandbox that its provider does not know any more. */
  String DESTROYED = "destroyed";

  /**
   * What a machine's sandbox is made with.
   *
   * @param environment what its daemon finds there; secrets among it
   * @param snapshot what it is made of, {@code target} where, and {@code size} how large: as the
   *     provider calls them, and as it likes where they are empty
   */
  record Wanted(
      String machineId,
      Map<String, String> environment,
      Optional<String> snapshot,
      Optional<String> target,
      Optional<String> size) {

    public Wanted {
      environment = Map.copyOf(environment);
    }

    /** Leaves the environment out. */
    @Override
    public String toString() {
      return "Wanted[%s, %s, %s, %s]".formatted(machineId, snapshot, target, size);
    }
  }

  /** Some of our sandboxes, in an order in which the newest come first. */
  record Page(List<Sandbox> sandboxes, boolean isLast) {

    public Page {
      sandboxes = List.copyOf(sandboxes);
    }
  }

  /** The sandbox that was made for a machine, if there is one. */
  Answer<Optional<Sandbox>> ofMachine(String machineId) throws InterruptedException;

  /**
   * Makes the sandbox of a machine. There is one of a machine at most, however often this is
   * called: of two calls the second finds what the first has made.
   */
  Answer<Sandbox> create(Wanted wanted) throws InterruptedException;

  /** The sandbox of this id; empty when it is no more. */
  Answer<Optional<Sandbox>> find(String id) throws InterruptedException;

  /** Asks a running one to stop, and does not wait for it; empty when it is no more. */
  Answer<Optional<Sandbox>> stop(String id) throws InterruptedException;

  /** Asks a stopped one to be archived, and does not wait for it; empty when it is no more. */
  Answer<Optional<Sandbox>> archive(String id) throws InterruptedException;

  /** The sandboxes that were made here, page after page from 1. */
  Answer<Page> page(int number) throws InterruptedException;
}
