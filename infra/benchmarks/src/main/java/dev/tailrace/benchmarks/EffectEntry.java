package dev.tailrace.benchmarks;

import dev.tailrace.testkit.Await;
import dev.tailrace.testkit.ServiceProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One contestant under one load, from its start on a topic that is empty. */
final class EffectEntry implements Entry {

  private final Stage stage;
  private final String id;
  private final FreshTopics topics;
  private final StatusFile status;
  private final ServiceProcess.Program program;
  private final List<String> jvm;
  private long wanted;

  EffectEntry(
      Stage stage,
      String id,
      FreshTopics topics,
      StatusFile status,
      ServiceProcess.Program program,
      List<String> jvm) {
    this.stage = stage;
    this.id = id;
    this.topics = topics;
    this.status = status;
    this.program = program;
    this.jvm = List.copyOf(jvm);
  }

  @Override
  public ServiceProcess start() throws IOException {
    return stage.start(id, program, jvm, Map.of());
  }

  String prefix() {
    return topics.prefix();
  }

  Status status() {
    return status.read();
  }

  /** So many more effects are to be carried out. */
  void want(long more) {
    wanted += more;
  }

  /** How many of those that are to be carried out are not. */
  long missing() {
    return wanted - status().settled();
  }

  /** Returns when all are carried out; false when they are not within the limit. */
  boolean awaitAll(Duration limit, ServiceProcess process) {
    long end = System.nanoTime() + limit.toNanos();
    Await.until(
        "all effects of " + id + ", or " + limit.toSeconds() + " s",
        limit.plusSeconds(10),
        () -> {
          if (!process.isAlive()) {
            throw new IllegalStateException(id + " has ended; it printed: " + process.printed());
          }
          return hasEnded() || System.nanoTime() > end;
        });
    return hasEnded();
  }

  @Override
  public boolean hasBegun() {
    return status().begun() > 0;
  }

  @Override
  public boolean hasEnded() {
    return missing() <= 0;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Optional<Output> output() {
    return Optional.empty();
  }

  @Override
  public void close() {
    topics.delete();
  }
}
