package dev.tailrace.ingest;

import dev.tailrace.contracts.service.Secrets;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Every source there is, as it is configured; a new one is made here.
 *
 * <p>Secrets that stand in files are looked at again while they are used. That a file holds nothing
 * to use, and older secrets stay, is told by the gauge {@code tailrace.ingest.secrets.stale} and
 * not by the service's readiness: all of its instances would become unready together, over
 * deliveries that they take very well.
 */
final class WebhookSources {

  private final Clock clock;
  private final MeterRegistry meters;

  private WebhookSources(Clock clock, MeterRegistry meters) {
    this.clock = clock;
    this.meters = meters;
  }

  static List<WebhookSource> of(IngestConfig.Sources config, Clock clock, MeterRegistry meters) {
    var sources = new WebhookSources(clock, meters);
    Keys stripe = sources.keys("stripe", config.stripe(), SecretForm.TEXT);
    Keys slack = sources.keys("slack", config.slack(), SecretForm.TEXT);
    Keys resend = sources.keys("resend", config.resend(), SecretForm.BASE64);
    Keys daytona = sources.keys("daytona", config.daytona(), SecretForm.BASE64);
    var all = new ArrayList<WebhookSource>();
    all.add(new StripeSource(stripe, config.stripe().maxBodyBytes(), clock));
    all.add(new SlackEventsSource(slack, config.slack().maxBodyBytes(), clock));
    all.add(new SlackInteractiveSource(slack, config.slack().maxBodyBytes(), clock));
    all.add(new ResendSource(resend, config.resend().maxBodyBytes(), clock));
    all.add(new DaytonaSource(daytona, config.daytona().maxBodyBytes(), clock));
    config.senders().ifPresent(file -> all.addAll(sources.senders(file)));
    return List.copyOf(all);
  }

  private Keys keys(String name, IngestConfig.Source config, SecretForm form) {
    return switch (config.secrets()) {
      case Secrets.Given(List<String> secrets) ->
          secrets.isEmpty() ? Keys.NONE : Keys.of(form, secrets);
      case Secrets.InFile(Path file) ->
          watched(name, new ReloadedFile<>(file, form::keys, clock))::get;
    };
  }

  /**
   * Which there are is settled now, and their secrets are whatever the file says: a sender that is
   * taken out of it has none, and one that is new has no route before the next start.
   */
  private List<StandardSource> senders(Path path) {
    ReloadedFile<SortedMap<String, Sender>> file =
        watched("senders", new ReloadedFile<>(path, SendersFile::parse, clock));
    return file.get().values().stream()
        .map(sender -> new StandardSource(sender, keys(file, sender.name()), clock))
        .toList();
  }

  private static Keys keys(ReloadedFile<SortedMap<String, Sender>> file, String name) {
    return () -> Optional.ofNullable(file.get().get(name)).map(Sender::keys).orElse(List.of());
  }

  private <T> ReloadedFile<T> watched(String name, ReloadedFile<T> file) {
    Gauge.builder("tailrace.ingest.secrets.stale", file, secrets -> secrets.isStale() ? 1 : 0)
        .tag("secrets", name)
        .description("whether the file holds no secrets to use, so that those of before are used")
        .register(meters);
    return file;
  }
}
