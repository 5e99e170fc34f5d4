package dev.tailrace.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a JVM's garbage collector has told with {@code -Xlog:gc}. */
record GcLog(Path file) {

  private static final Pattern COLLECTION = Pattern.compile("(\\d+)M->\\d+M\\(");

  /** The most that was in the heap when a collection began, in MiB; empty when there was none. */
  OptionalDouble peakHeap() throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .flatMap(line -> COLLECTION.matcher(line).results())
          .map((MatchResult found) -> found.group(1))
          .mapToDouble(Double::parseDouble)
          .max();
    }
  }
}
