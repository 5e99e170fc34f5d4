package dev.tailrace.testkit;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Runs a law over and over on drawn input that grows.
 *
 * <p>A failure names its seed. With {@code -Dtailrace.seed} the same runs are drawn again.
 */
public final class Seeds {
  private Seeds() {}

  /** A law, given what to draw its input from. */
  @FunctionalInterface
  public interface Law {
    void holds(Seed seed) throws Exception;
  }

  /** Runs 1 to {@code runs}: the first with the smallest input, the last with the largest. */
  public static void forEach(int runs, Law law) {
    forEach(chosen(), runs, law);
  }

  static void forEach(long seed, int runs, Law law) {
    // Split, so that no run is another's stream a few draws on.
    var runsOfSeed = new SplittableRandom(seed);
    for (int run = 1; run <= runs; run++) {
      try {
        law.holds(new Seed(runsOfSeed.split(), size(run, runs)));
      } catch (Exception | AssertionError e) {
        throw new AssertionError(
            "seed %d, run %d: repeat with -Dtailrace.seed=%d%n%s"
                .formatted(seed, run, seed, e.getMessage()),
            e);
      }
    }
  }

  private static int size(int run, int runs) {
    return 1 + (int) ((run - 1L) * Seed.LARGEST / Math.max(1, runs));
  }

  private static long chosen() {
    var given = System.getProperty("tailrace.seed", "");
    return given.isBlank()
        ? RandomGenerator.getDefault().nextInt(1, Integer.MAX_VALUE)
        : Long.parseLong(given.strip());
  }
}
