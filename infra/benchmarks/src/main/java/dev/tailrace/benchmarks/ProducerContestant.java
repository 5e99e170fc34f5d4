package dev.tailrace.benchmarks;

import dev.tailrace.testkit.ServiceProcess;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** (d) What Kafka takes from a producer that has nothing else to do. */
record ProducerContestant() implements Contestant {

  @Override
  public String key() {
    return "d";
  }

  @Override
  public String name() {
    return "producer alone, idempotent, no transactions";
  }

  @Override
  public boolean isWhole() {
    return false;
  }

  @Override
  public Entry enter(Stage stage, String id, long rows) {
    return new Producing(stage, id, rows, new FreshTopics(stage.admin(), id + ".").make());
  }

  private record Producing(Stage stage, String id, long rows, FreshTopics topics) implements Entry {

    @Override
    public ServiceProcess start() throws IOException {
      var program =
          ServiceProcess.Program.of(
              ProducerMain.class, stage.bootstrap(), topics.prefix(), Long.toString(rows));
      return stage.start(id, program, List.of(), Map.of());
    }

    @Override
    public boolean hasBegun() {
      return topics.hasBegun();
    }

    @Override
    public boolean hasEnded() {
      return topics.hasEnded();
    }

    @Override
    public Optional<Output> output() {
      return Optional.of(new Output(topics.prefix(), "ce_id", false));
    }

    @Override
    public void close() {
      topics.delete();
    }
  }
}
