package dev.tailrace.benchmarks;

import dev.tailrace.testkit.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** (c) What the replication protocol gives a reader that does nothing with it. */
record ReaderContestant() implements Contestant {

  @Override
  public String key() {
    return "c";
  }

  @Override
  public String name() {
    return "pgjdbc reader that counts rows";
  }

  @Override
  public boolean isWhole() {
    return false;
  }

  @Override
  public Entry enter(Stage stage, String id, long rows) throws SQLException {
    return new Reading(stage, id, new Slot(stage, id).make(), rows + 2);
  }

  private record Reading(Stage stage, String id, Slot slot, long inserts) implements Entry {

    @Override
    public ServiceProcess start() throws IOException {
      var program =
          ServiceProcess.Program.of(
              ReaderMain.class,
              stage.postgres().jdbcUrl("postgres"),
              stage.postgres().user(),
              slot.name(),
              Long.toString(inserts),
              begun().toString(),
              ended().toString());
      return stage.start(id, program, List.of(), Map.of());
    }

    private Path begun() {
      return stage.folder().resolve(id + ".begun");
    }

    private Path ended() {
      return stage.folder().resolve(id + ".ended");
    }

    @Override
    public boolean hasBegun() {
      return Files.exists(begun());
    }

    @Override
    public boolean hasEnded() {
      return Files.exists(ended());
    }

    @Override
    public Optional<Output> output() {
      return Optional.empty();
    }

    @Override
    public void close() {
      slot.drop();
    }
  }
}
