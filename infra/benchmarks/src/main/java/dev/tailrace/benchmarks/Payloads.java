package dev.tailrace.benchmarks;

import java.util.Base64;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * The payload of each aggregate: a valid event of 1 kB, most of it noise that does not compress, so
 * that no contestant gains by what the data happen to be.
 */
final class Payloads {

  /** Over so many keys the rows are spread. */
  static final int AGGREGATES = 10_000;

  private static final int NOISE_BYTES = 660;
  private static final String ALGORITHM = "L64X128MixRandom";

  private Payloads() {}

  /** As it is in every run. */
  static String of(int aggregate) {
    RandomGenerator random = RandomGeneratorFactory.of(ALGORITHM).create(aggregate);
    byte[] noise = new byte[NOISE_BYTES];
    random.nextBytes(noise);
    return """
    {"event":"page viewed","distinctId":"%s","properties":{"path":"/kitchen/board","noise":"%s"},"capturedAt":"2026-01-31T12:00:00Z"}"""
        .formatted(aggregateId(aggregate), Base64.getEncoder().encodeToString(noise));
  }

  static String aggregateId(int aggregate) {
    return "person-" + aggregate;
  }
}
