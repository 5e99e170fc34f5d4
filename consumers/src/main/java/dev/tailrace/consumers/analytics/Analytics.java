package dev.tailrace.consumers.analytics;

import dev.tailrace.contracts.event.AnalyticsEvent;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.effects.Application;
import dev.tailrace.effects.Backoff;
import dev.tailrace.effects.ConsumerDescription;
import dev.tailrace.effects.Effects;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** The analytics application and its consumer. */
public final class Analytics {

  private static final Backoff A_DAY =
      Backoff.exponential(Duration.ofSeconds(1), Duration.ofMinutes(15))
          .forAtMost(Duration.ofHours(24));

  private static final int MOST_EVENTS = 100;

  /** A call may have 20 MB, and is a little larger than the payloads in it. */
  private static final long MOST_BYTES = 5_000_000;

  private Analytics() {}

  /** Starts the application. */
  public static Service start(AnalyticsConfig config, Clock clock) {
    return Service.start(
        "analytics",
        config.admin(),
        service -> {
          var database =
              service.with(Database.pool(config.database(), service.name(), service.meters()));
          var posthog = service.with(new PostHog(config.project(), clock));
          Effects.start(application(posthog), config.effects(), database, service, clock);
        });
  }

  /** What is registered here, for the catalogue of consumers. */
  public static List<ConsumerDescription> consumers() {
    return application(captures -> new Captures.Answer.Accepted()).describe();
  }

  static Application application(Captures captures) {
    var analytics = new Application("analytics");
    analytics
        .consumer("capturePostHog")
        .on(AnalyticsEvent.class)
        .retry(A_DAY)
        .destination(effect -> "PostHog")
        .batchAll()
        .atMost(MOST_EVENTS)
        .atMostBytes(MOST_BYTES)
        .handleBatch(new CapturePostHog(captures));
    return analytics;
  }
}
