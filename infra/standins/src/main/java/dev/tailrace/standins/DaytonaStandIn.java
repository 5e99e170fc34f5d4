package dev.tailrace.standins;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Stands for Daytona: sandboxes with their states, its refusals and rates, and webhooks signed as
 * Svix does.
 *
 * <p>Its API is at {@link #url()} and {@code /api}, as the real one is at {@code
 * https://app.daytona.io/api}. A change is done as soon as the clock says so, and then told to the
 * webhooks, whether anybody looks or not.
 */
public final class DaytonaStandIn implements StandIn {

  /** The key that it knows. */
  public static final String API_KEY = "dtn_not-a-secret";

  /** The organization to which all sandboxes belong. */
  public static final String ORGANIZATION = "5f1e0000-0000-4000-8000-0000000000d0";

  private final SvixWebhooks webhooks;
  private final DaytonaBoots boots = new DaytonaBoots();
  private final DaytonaSandboxes sandboxes;
  private final DaytonaControl control;
  private final Throttle limit;
  private final Pulse changes;
  private final FrontDoor door;

  private DaytonaStandIn(int port, Clock clock) {
    webhooks = new SvixWebhooks(clock);
    sandboxes = new DaytonaSandboxes(clock, webhooks, boots);
    limit = Throttle.none(clock);
    control = new DaytonaControl(sandboxes, limit, webhooks);
    door = FrontDoor.open(port, clock, new DaytonaApi(clock, sandboxes, limit, control));
    changes = Pulse.start("daytona-changes", sandboxes::settle);
  }

  /** Starts on a port, 0 for a free one. The clock ends changes, and dates them. */
  public static DaytonaStandIn start(int port, Clock clock) {
    return new DaytonaStandIn(port, clock);
  }

  /** Sends each webhook from now on to an endpoint, signed with its secret, {@code whsec_...}. */
  public void webhooks(URI endpoint, String secret) {
    webhooks.register(endpoint, secret);
  }

  /** The webhooks: what was told, and what goes wrong with it. */
  public SvixWebhooks webhooks() {
    return webhooks;
  }

  /**
   * What sandboxes run that become started from now on: started with the sandbox, and closed as
   * soon as it is in another state, on a thread of the sandbox's own.
   */
  public void boots(Boot boot) {
    boots.boot(boot);
  }

  /**
   * Like {@link #boots}: a daemon in each sandbox, which can be watched and disturbed under {@code
   * /_standin/machines}.
   */
  public void hosts(DaemonHost host) {
    boots(host);
    control.hosts(host);
  }

  /**
   * How long each change takes from now on, by the clock. Zero at the start: who asks for a change
   * is answered that it is under way, and whoever looks next sees it done.
   */
  public void transitionsTake(Duration duration) {
    sandboxes.transitionsTake(duration);
  }

  /** Takes this many requests a second from now on, and answers 429 to more; no limit at first. */
  public void limit(int perSecond) {
    limit.set(perSecond);
  }

  /** Takes any number of requests again. */
  public void unlimited() {
    limit.lift();
  }

  /** Makes a sandbox with these labels, as POST /api/sandbox does, and answers its id. */
  public String create(Map<String, String> labels) {
    return switch (sandboxes.create(Optional.empty(), labels, Json.object())) {
      case DaytonaOutcome.Done(var json) -> json.path("id").asText();
      case DaytonaOutcome.Refused(DaytonaProblem problem) ->
          throw new IllegalStateException(problem.message());
    };
  }

  /**
   * Puts a sandbox into a state, {@code archived}, {@code error} or one that nobody has heard of,
   * in which it stays until it is asked to change. One that doesn't exist is made, without labels.
   */
  public void put(String id, String state) {
    sandboxes.put(id, state);
  }

  /** All sandboxes that there ever were, the destroyed among them, the oldest first. */
  public List<DaytonaSandbox> sandboxes() {
    return sandboxes.views();
  }

  /** The state of a sandbox, {@code destroyed} of one that Daytona doesn't know any more. */
  public Optional<String> state(String id) {
    return sandboxes.view(id).map(DaytonaSandbox::state);
  }

  /** How many sandboxes were ever created with this label. */
  public long created(String label, String value) {
    return sandboxes().stream()
        .filter(sandbox -> value.equals(sandbox.labels().get(label)))
        .count();
  }

  @Override
  public int port() {
    return door.port();
  }

  @Override
  public Faults faults() {
    return door.faults();
  }

  @Override
  public ReceivedRequests requests() {
    return door.received();
  }

  @Override
  public void close() {
    door.close();
    changes.close();
    boots.close();
    webhooks.close();
  }
}
