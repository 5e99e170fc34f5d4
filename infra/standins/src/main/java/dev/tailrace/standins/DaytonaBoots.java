package dev.tailrace.standins;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the sandboxes run: told of each change of a state, it starts and stops what is theirs. */
final class DaytonaBoots implements AutoCloseable {

  private static final String STARTED = "started";

  private final Map<String, BootedSandbox> booted = new HashMap<>();
  private Optional<Boot> boot = Optional.empty();
  private boolean closed;

  /** What those run that become started from now on. */
  synchronized void boot(Boot next) {
    boot = Optional.of(next);
  }

  synchronized void changed(DaytonaEntry entry) {
    if (closed) {
      return;
    }
    if (!entry.state().name().equals(STARTED)) {
      Optional.ofNullable(booted.get(entry.id())).ifPresent(BootedSandbox::stop);
      return;
    }
    boot.ifPresent(
        run ->
            booted.computeIfAbsent(entry.id(), BootedSandbox::new).start(run, environment(entry)));
  }

  @Override
  public void close() {
    Map<String, BootedSandbox> ending;
    synchronized (this) {
      closed = true;
      ending = Map.copyOf(booted);
    }
    ending.values().forEach(BootedSandbox::close);
  }

  private static Map<String, String> environment(DaytonaEntry entry) {
    Map<String, String> env = new HashMap<>();
    entry
        .asked()
        .path("env")
        .properties()
        .forEach(variable -> env.put(variable.getKey(), variable.getValue().asText()));
    return Map.copyOf(env);
  }
}
