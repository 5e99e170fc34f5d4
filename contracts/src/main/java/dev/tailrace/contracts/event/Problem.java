package dev.tailrace.contracts.event;

/**
 * What is wrong with one part of an input.
 *
 * @param path where, as a JSON Pointer such as {@code /payload/progressPercent}; empty for the
 *     whole
 * @param problem what, in words that say how to mend it
 */
public record Problem(String path, String problem) {

  @Override
  public String toString() {
    return path.isEmpty() ? problem : path + " " + problem;
  }
}
