package dev.tailrace.benchmarks;

import dev.tailrace.contracts.event.AnalyticsEvent.Captured;
import dev.tailrace.contracts.event.Envelope;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.service.AdminAddress;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.effects.Application;
import dev.tailrace.effects.Backoff;
import dev.tailrace.effects.Effects;
import dev.tailrace.effects.Handled;
import dev.tailrace.effects.Outcome;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.time.Clock;
import java.util.Locale;
import java.util.stream.Collectors;

/** (a) An application of Tailrace's effect runtime. */
final class RuntimeMain {

  private static final String APPLICATION = "bench";

  private RuntimeMain() {}

  /** Runs until it is ended. */
  public static void main(String[] arguments) throws IOException {
    var seat = Seat.of(arguments);
    var application = new Application(APPLICATION);
    application
        .consumer("call")
        .on(Captured.class)
        .retry(Backoff.schedule(schedule()).jitter(0))
        .handle(effect -> call(seat, effect.envelope()));
    try (var service =
        Service.start(APPLICATION, AdminAddress.FREE, part -> start(part, application, seat))) {
      seat.tell(() -> done(service.meters()), () -> !service.hasFailed());
    }
  }

  private static void start(Service service, Application application, Seat seat) throws Exception {
    var database = service.with(Database.pool(seat.database(), APPLICATION, service.meters()));
    Effects.start(application, seat.effects(), database, service, Clock.systemUTC());
  }

  /** The result says when the call was through, so that who reads it knows how old it is. */
  private static Handled call(Seat seat, Envelope envelope) throws Exception {
    seat.destination().call(envelope);
    return Outcome.done(Long.toString(Micros.now(Clock.systemUTC())));
  }

  /** Those whose end the runtime has recorded. */
  private static long done(MeterRegistry meters) {
    return meters.find("tailrace.effects.attempts").tag("outcome", "done").timers().stream()
        .mapToLong(Timer::count)
        .sum();
  }

  private static String schedule() {
    return Destination.BACKOFF.stream()
        .map(delay -> String.format(Locale.ROOT, "%dms", delay.toMillis()))
        .collect(Collectors.joining(" "));
  }
}
