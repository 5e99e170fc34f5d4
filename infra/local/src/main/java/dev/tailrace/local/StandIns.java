package dev.tailrace.local;

import dev.tailrace.standins.AblyStandIn;
import dev.tailrace.standins.DaemonHost;
import dev.tailrace.standins.DaytonaStandIn;
import dev.tailrace.standins.OAuthStandIn;
import dev.tailrace.standins.PostHogStandIn;
import dev.tailrace.standins.ResendStandIn;
import dev.tailrace.standins.StandIn;
import dev.tailrace.standins.StripeStandIn;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The stand-ins of all providers, used or not. What they know ends with the process: a machine of
 * an earlier run is gone at Daytona's.
 *
 * @param daemons what runs in the sandboxes of Daytona's
 */
record StandIns(
    StripeStandIn stripe,
    AblyStandIn ably,
    PostHogStandIn posthog,
    OAuthStandIn oauth,
    DaytonaStandIn daytona,
    ResendStandIn resend,
    DaemonHost daemons)
    implements AutoCloseable {

  /**
   * Starts them; Daytona's and Resend's send their webhooks to ingest.
   *
   * @param ingestUrl where it is, or will be
   */
  static StandIns start(Ports ports, String ingestUrl, Clock clock) {
    var standIns =
        new StandIns(
            StripeStandIn.start(ports.stripe(), clock),
            AblyStandIn.start(ports.ably(), clock),
            PostHogStandIn.start(ports.posthog(), clock),
            OAuthStandIn.start(ports.oauth(), clock),
            DaytonaStandIn.start(ports.daytona(), clock),
            ResendStandIn.start(ports.resend(), clock),
            DaemonHost.start(clock));
    standIns.daytona.hosts(standIns.daemons);
    standIns.daytona.webhooks(
        URI.create(ingestUrl + "/webhooks/daytona"), Pipeline.STANDARD_WEBHOOK_SECRET);
    standIns.resend.webhooks(
        URI.create(ingestUrl + "/webhooks/resend"), Pipeline.STANDARD_WEBHOOK_SECRET);
    return standIns;
  }

  /** Where they are, in the order in which {@link Providers#names} has them. */
  String urls() {
    return all().stream().map(StandIn::url).collect(Collectors.joining(" · "));
  }

  private List<StandIn> all() {
    return List.of(stripe, ably, posthog, oauth, daytona, resend);
  }

  @Override
  public void close() {
    all().forEach(StandIn::close);
    daemons.close();
  }
}
