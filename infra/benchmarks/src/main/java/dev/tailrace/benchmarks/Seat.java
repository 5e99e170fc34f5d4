package dev.tailrace.benchmarks;

import dev.tailrace.contracts.outbox.DatabaseConfig;
import dev.tailrace.contracts.service.Settings;
import dev.tailrace.effects.EffectsConfig;
import dev.tailrace.testkit.ServiceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Where a contestant's process sits: what it is told, whom it calls, and how it tells how far it
 * is.
 *
 * @param database whose only user is who records in it
 */
record Seat(
    EffectsConfig effects,
    DatabaseConfig database,
    StatusFile status,
    Destination destination,
    Tally tally) {

  static final String PREFIX = "EFFECTS_";

  private static final long TELL_AGAIN_NANOS = 20_000_000;

  /**
   * Reads what the process was started with.
   *
   * @param arguments each {@code KEY=VALUE}
   */
  static Seat of(String... arguments) {
    Map<String, String> told =
        Arrays.stream(arguments)
            .map(argument -> argument.split("=", 2))
            .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
    var settings = new Settings("bench", PREFIX, told);
    var effects = EffectsConfig.from(settings);
    var database = DatabaseConfig.from(settings);
    var status = settings.text("STATUS", "/tmp/a.status");
    var call = settings.durationOr("CALL", Duration.ZERO);
    var daemons = settings.textOr("DAEMONS", "");
    var tally = new Tally(Clock.systemUTC());
    return settings.build(
        () ->
            new Seat(
                effects.get(),
                database.get(),
                new StatusFile(Path.of(status.get())),
                destination(daemons.get(), call.get(), tally),
                tally));
  }

  private static Destination destination(String daemons, Duration call, Tally tally) {
    return daemons.isEmpty()
        ? new PretendedDestination(call, tally)
        : DaemonsDestination.read(Path.of(daemons), Clock.systemUTC());
  }

  /** A program that is told this, each by its name without the prefix. */
  static ServiceProcess.Program program(Class<?> main, Map<String, String> told) {
    return ServiceProcess.Program.of(
        main,
        told.entrySet().stream()
            .map(each -> PREFIX + each.getKey() + "=" + each.getValue())
            .toArray(String[]::new));
  }

  /** The one topic whose events are followed. */
  String topic() {
    return effects.topics().events(destination.follows());
  }

  /** As the tally has it, once a call is through. */
  void tell(BooleanSupplier isWell) throws IOException {
    tell(tally::completed, isWell);
  }

  /**
   * Goes on telling how far it is, until it is no longer well.
   *
   * @param settled how many effects are carried out
   */
  void tell(LongSupplier settled, BooleanSupplier isWell) throws IOException {
    Status last = Status.NONE;
    while (isWell.getAsBoolean()) {
      Status now = tally.status(settled.getAsLong());
      if (!now.equals(last)) {
        status.write(now);
        last = now;
      }
      LockSupport.parkNanos(TELL_AGAIN_NANOS);
    }
    throw new IllegalStateException("it can't go on");
  }
}
