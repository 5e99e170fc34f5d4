package dev.tailrace.local;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

/**
 * {@code ./tailrace up}: starts everything, says where it is, and stays until it is told to stop.
 */
final class Up {

  private static final Path USUAL = Path.of("data").toAbsolutePath();

  private final Path directory;
  private final Ports ports;
  private final Terminal terminal;
  private final Clock clock;

  Up(Path directory, Ports ports, Terminal terminal, Clock clock) {
    this.directory = directory;
    this.ports = ports;
    this.terminal = terminal;
    this.clock = clock;
  }

  /**
   * Runs until the process is told to end.
   *
   * <p>A service that can't go on ends it too: half a pipeline would look as if it were whole.
   *
   * @param fresh empties the data directory first
   */
  void run(boolean fresh) {
    System.setProperty("tailrace.logs", directory.toString());
    terminal.line("Tailrace %s · JDK %s".formatted(Pipeline.VERSION, Runtime.version().feature()));
    DataDirectory data = DataDirectory.take(directory);
    data.endOrphans();
    if (fresh) {
      data.empty();
    }
    ports.requireFree();
    var pipeline = new Pipeline(data, ports, Providers.from(System.getenv()), terminal, clock);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(pipeline, data), "stop"));
    Whereabouts whereabouts = pipeline.start();
    try {
      whereabouts.write(directory);
      welcome(whereabouts);
      throw new CannotException(
          pipeline.awaitFailure() + "\n  " + directory.resolve("tailrace.log") + " tells more");
    } catch (IOException e) {
      throw new CannotException("can't write to " + directory + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stop(Pipeline pipeline, DataDirectory data) {
    terminal.line("\n  stopping …");
    pipeline.close();
    try {
      data.close();
    } catch (IOException e) {
      terminal.line("  the data directory was not released: " + e.getMessage());
    }
    terminal.line("  ✓ stopped; everything that was accepted is kept");
  }

  private void welcome(Whereabouts whereabouts) {
    terminal.line("");
    terminal.line(
        """
          Webhooks  %s/webhooks/stripe      Events  %s/events
          Calls     %s/rpc/testing.poke      with -H 'Authorization: Bearer %s'
          All of it %s/openapi.json
          Try       ./tailrace demo%s   (in another terminal)
          See       kcat -b %s -C -t events.stripe.customer.subscription.created -f '%%k %%h\\n%%s\\n'
          Ask       psql '%s'
          Logs      %s
          Stop      Ctrl-C   (everything that was accepted is kept)"""
            .formatted(
                whereabouts.ingestUrl(),
                whereabouts.ingestUrl(),
                whereabouts.ingestUrl(),
                Pipeline.PLATFORM_TOKEN.text(),
                whereabouts.ingestUrl(),
                directory.equals(USUAL) ? "" : " --data " + directory,
                whereabouts.kafka(),
                whereabouts.databaseUrl().replace("jdbc:postgresql://", "postgresql://postgres@"),
                directory.resolve("tailrace.log"))
            .indent(2)
            .stripTrailing());
  }
}
