package dev.tailrace.ingest;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;

/** Makes the ids of the platform's rows: what it is, then a UUIDv7, so that ids sort by age. */
final class Ids {

  private static final TimeBasedEpochGenerator UUIDS = Generators.timeBasedEpochGenerator();

  private Ids() {}

  /**
   * @param prefix such as {@code org}
   */
  static String next(String prefix) {
    return prefix + "_" + UUIDS.generate().toString().replace("-", "");
  }
}
