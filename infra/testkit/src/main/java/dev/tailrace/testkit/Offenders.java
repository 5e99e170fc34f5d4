package dev.tailrace.testkit;

import java.util.Collection;
import java.util.stream.Collectors;

/** Tells which of many broke a guarantee, without telling all of them. */
final class Offenders {
  private static final int NAMED = 10;

  private Offenders() {}

  static void mustBeNone(Guarantee guarantee, Collection<?> offenders, String whatTheyDid) {
    if (offenders.isEmpty()) {
      return;
    }
    var named =
        offenders.stream().limit(NAMED).map(String::valueOf).collect(Collectors.joining(", "));
    var more = offenders.size() > NAMED ? " and %d more".formatted(offenders.size() - NAMED) : "";
    throw new AssertionError(
        "%s broken: %s. But %d %s: %s%s"
            .formatted(
                guarantee.name(), guarantee.says(), offenders.size(), whatTheyDid, named, more));
  }
}
