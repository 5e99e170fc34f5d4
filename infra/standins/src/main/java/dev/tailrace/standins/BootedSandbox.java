package dev.tailrace.standins;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A sandbox that is started and stopped, one after another on a thread of its own: whoever changes
 * its state waits for neither.
 */
final class BootedSandbox implements AutoCloseable {

  private static final Logger LOG = System.getLogger(BootedSandbox.class.getName());

  private final String id;
  private final ExecutorService thread;

  /** Looked at on the thread alone. */
  private Optional<Boot.Running> running = Optional.empty();

  BootedSandbox(String id) {
    this.id = id;
    this.thread =
        Executors.newSingleThreadExecutor(Thread.ofVirtual().name("sandbox-" + id).factory());
  }

  void start(Boot boot, Map<String, String> env) {
    thread.execute(
        () -> {
          if (running.isEmpty()) {
            running = started(boot, env);
          }
        });
  }

  void stop() {
    thread.execute(this::end);
  }

  /** Returns when nothing runs any more. */
  @Override
  public void close() {
    stop();
    thread.close();
  }

  private Optional<Boot.Running> started(Boot boot, Map<String, String> env) {
    try {
      return Optional.of(boot.start(id, env));
    } catch (Exception e) {
      LOG.log(Level.WARNING, "Nothing runs in sandbox " + id, e);
      return Optional.empty();
    }
  }

  private void end() {
    running.ifPresent(Boot.Running::close);
    running = Optional.empty();
  }
}
