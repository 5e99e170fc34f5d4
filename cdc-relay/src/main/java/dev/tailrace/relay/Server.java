package dev.tailrace.relay;

/**
 * Which Postgres this is: LSNs of another mean nothing.
 *
 * @param systemIdentifier given to a cluster when it was made, kept by its copies
 * @param timeline one more after each promotion or restore
 */
record Server(String systemIdentifier, int timeline) {

  @Override
  public String toString() {
    return "server %s, timeline %d".formatted(systemIdentifier, timeline);
  }
}
