package dev.tailrace.standins;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs a daemon for each sandbox that is started: one that knows its machine's secret and reports
 * that it is ready, as the daemons do that the platform puts into its sandboxes.
 *
 * <p>What it needs stands in the sandbox's environment: {@code TAILRACE_MACHINE_ID}, {@code
 * TAILRACE_WEBHOOK_SECRET}, {@code TAILRACE_API} and {@code TAILRACE_TOKEN}. A daemon is down while
 * its sandbox isn't started, and up, whatever its faults were, when it starts again; its address
 * and what it has received stay, as if they were on the sandbox's disk.
 */
public final class DaemonHost implements Boot, AutoCloseable {

  private final Clock clock;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final Map<String, HostedDaemon> daemons = new LinkedHashMap<>();

  private DaemonHost(Clock clock) {
    this.clock = clock;
  }

  /** A host of no daemons yet. The clock dates deliveries and judges their timestamps. */
  public static DaemonHost start(Clock clock) {
    return new DaemonHost(clock);
  }

  /** The daemon of a machine, which is down while its sandbox isn't started. */
  public synchronized Optional<DaemonStandIn> daemon(String machineId) {
    return hosted(machineId).map(HostedDaemon::daemon);
  }

  /**
   * Brings up the daemon of the sandbox's machine, and reports that it is ready until that is
   * answered.
   *
   * @throws IllegalArgumentException when a variable is missing; its name is in the message
   */
  @Override
  public Running start(String sandboxId, Map<String, String> env) {
    String machineId = variable(env, "TAILRACE_MACHINE_ID");
    String secret = variable(env, "TAILRACE_WEBHOOK_SECRET");
    URI api = URI.create(variable(env, "TAILRACE_API"));
    String token = variable(env, "TAILRACE_TOKEN");
    DaemonStandIn daemon = up(machineId, sandboxId, secret);
    DaemonReport report = DaemonReport.start(client, api, token, machineId, daemon.url());
    return () -> {
      report.close();
      daemon.steady();
      daemon.faults().down();
    };
  }

  /** Ends all daemons. */
  @Override
  public void close() {
    hosted().forEach(hosted -> hosted.daemon().close());
    client.shutdownNow();
  }

  /** All that ever ran, the oldest first. */
  synchronized List<HostedDaemon> hosted() {
    return new ArrayList<>(daemons.values());
  }

  synchronized Optional<HostedDaemon> hosted(String machineId) {
    return Optional.ofNullable(daemons.get(machineId));
  }

  private synchronized DaemonStandIn up(String machineId, String sandboxId, String secret) {
    DaemonStandIn daemon =
        hosted(machineId)
            .map(HostedDaemon::daemon)
            .orElseGet(() -> DaemonStandIn.start(0, clock, secret));
    daemon.secret(secret);
    daemon.steady();
    daemons.put(machineId, new HostedDaemon(machineId, sandboxId, daemon));
    return daemon;
  }

  private static String variable(Map<String, String> env, String name) {
    return Optional.ofNullable(env.get(name))
        .filter(value -> !value.isBlank())
        .orElseThrow(
            () -> new IllegalArgumentException("the sandbox's environment has no " + name));
  }
}
