package dev.tailrace.contracts.service;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running service: the parts that it opened in order, closed again in reverse.
 *
 * <pre>{@code
 * static Service start(RelayConfig config, Clock clock) {
 *   return Service.start("cdc-relay", config.admin(), service -> {
 *     var database = service.with(Database.pool(config.database(), service.name(), service.meters()));
 *     ...
 *   });
 * }
 * }</pre>
 */
public final class Service implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Service.class);

  private final String name;
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Health health = new Health();
  private final AdminServer admin;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicReference<Optional<Throwable>> failure =
      new AtomicReference<>(Optional.empty());

  /** Makes the service's parts, handing each to {@link #with}. */
  @FunctionalInterface
  public interface Assembly {
    void assemble(Service service) throws Exception;
  }

  private Service(String name, AdminAddress address) {
    this.name = name;
    this.admin = AdminServer.start(address, health, meters);
    parts.push(meters::close);
    parts.push(admin);
    Metrics.addRegistry(meters);
    parts.push(() -> Metrics.removeRegistry(meters));
  }

  /**
   * Starts a service; answers when all of its parts are made.
   *
   * @param admin where health and metrics are served
   */
  public static Service start(String name, AdminAddress admin, Assembly assembly) {
    var service = new Service(name, admin);
    try {
      assembly.assemble(service);
    } catch (Exception e) {
      service.close();
      throw new IllegalStateException(name + " could not start: " + e.getMessage(), e);
    } catch (Error e) {
      service.close();
      throw e;
    }
    service.health.started();
    log.atInfo()
        .addKeyValue("service", name)
        .addKeyValue("adminPort", service.adminPort())
        .log("started");
    return service;
  }

  public String name() {
    return name;
  }

  /**
   * The service's own metrics, served on its admin port; beside them are the few of this process
   * that code without a service counts, such as {@code Outbox}, in Micrometer's global registry.
   */
  public MeterRegistry meters() {
    return meters;
  }

  /** What its health is asked of. */
  public Health health() {
    return health;
  }

  /** Answers at this path of the admin port too, such as {@code /effects/lanes}. */
  public void page(String path, AdminPage page) {
    admin.page(path, page);
  }

  public int adminPort() {
    return admin.port();
  }

  /** What keeps it from being ready right now; nothing when it is. */
  public Optional<String> unreadiness() {
    Health.Answer answer = health.ready();
    return answer.up() ? Optional.empty() : Optional.of(answer.body());
  }

  /** Whether a part of it can't go on. */
  public boolean hasFailed() {
    return failure.get().isPresent();
  }

  /** Takes a part to be closed with the service, before those that were handed in earlier. */
  public <P extends AutoCloseable> P with(P part) {
    parts.push(part);
    return part;
  }

  /** A part can't go on: the service is no longer live, and whoever awaits its end gets to know. */
  public void fail(Throwable cause) {
    if (failure.compareAndSet(Optional.empty(), Optional.of(cause))) {
      log.atError().setCause(cause).addKeyValue("service", name).log("can't go on");
      health.failed(cause);
      ended.countDown();
    }
  }

  /** Waits until the service was closed or has failed; answers why it failed, if it did. */
  public Optional<Throwable> awaitEnd() throws InterruptedException {
    ended.await();
    return failure.get();
  }

  /**
   * Closes every part, the last made first; one that can't be closed does not keep the others from
   * it.
   */
  @Override
  public void close() {
    health.stopping();
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (Exception | Error e) {
        log.atWarn().setCause(e).addKeyValue("service", name).log("a part did not close cleanly");
      }
    }
    ended.countDown();
  }
}
