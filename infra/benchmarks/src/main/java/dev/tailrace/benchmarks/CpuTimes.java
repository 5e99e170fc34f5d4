package dev.tailrace.benchmarks;

import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What processes have had of the processors until now, by their numbers. */
record CpuTimes(Map<Long, Duration> byPid) {

  CpuTimes {
    byPid = Map.copyOf(byPid);
  }

  /** Of a process and of all that it has started, as Postgres starts one for each connection. */
  static CpuTimes ofTree(long pid) {
    return new CpuTimes(
        ProcessHandle.of(pid).stream()
            .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
            .filter(process -> process.info().totalCpuDuration().isPresent())
            .collect(
                Collectors.toMap(
                    ProcessHandle::pid,
                    process -> process.info().totalCpuDuration().orElse(Duration.ZERO),
                    (first, _) -> first)));
  }

  /** What those that are there now took since then; seconds. */
  double secondsSince(CpuTimes before) {
    return byPid.entrySet().stream()
        .map(now -> now.getValue().minus(before.byPid.getOrDefault(now.getKey(), Duration.ZERO)))
        .mapToDouble(took -> took.toNanos() / 1e9)
        .sum();
  }
}
