package dev.tailrace.local;

import dev.tailrace.bridge.BridgeConfig;
import dev.tailrace.bridge.BridgeMain;
import dev.tailrace.consumers.analytics.Analytics;
import dev.tailrace.consumers.analytics.AnalyticsConfig;
import dev.tailrace.consumers.billing.Billing;
import dev.tailrace.consumers.billing.BillingConfig;
import dev.tailrace.consumers.forwarding.Forwarding;
import dev.tailrace.consumers.forwarding.ForwardingConfig;
import dev.tailrace.consumers.journal.JournalApplication;
import dev.tailrace.consumers.journal.JournalConfig;
import dev.tailrace.consumers.machines.MachinesApplication;
import dev.tailrace.consumers.machines.MachinesConfig;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.outbox.DatabaseConfig;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.contracts.token.ApiTokens;
import dev.tailrace.contracts.token.Grant;
import dev.tailrace.contracts.token.TokenText;
import dev.tailrace.embedded.EmbeddedKafka;
import dev.tailrace.embedded.EmbeddedPostgres;
import dev.tailrace.ingest.IngestConfig;
import dev.tailrace.ingest.IngestMain;
import dev.tailrace.local.Terminal.Started;
import dev.tailrace.relay.RelayConfig;
import dev.tailrace.relay.RelayMain;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything, in one process: the servers, the stand-ins, and the services exactly as they run on
 * their own, each configured by the variables that it would read from its environment.
 */
final class Pipeline implements AutoCloseable {

  static final String VERSION = "0.1.0";

  /** What webhooks are signed with here; as good as public. */
  static final String WEBHOOK_SECRET = "whsec_tailrace_local";

  /** The same for Standard Webhooks, whose secrets are base64. */
  static final String STANDARD_WEBHOOK_SECRET = "whsec_dGFpbHJhY2UtbG9jYWwtd2ViaG9va3Mw";

  /** What may append events here; as good as public. */
  static final TokenText PUBLISHER_TOKEN = new TokenText("tr_e_local", "tailrace");

  /** What may call the procedures here; as good as public. */
  static final TokenText PLATFORM_TOKEN = new TokenText("tr_p_local", "tailrace");

  /**
   * How long a service may take until it is ready; after a kill the broker waits for sessions of
   * before.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private static final Logger log = LoggerFactory.getLogger(Pipeline.class);

  private final DataDirectory data;
  private final Ports ports;
  private final Providers providers;
  private final Terminal terminal;
  private final Clock clock;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final List<Service> services = new ArrayList<>();

  Pipeline(DataDirectory data, Ports ports, Providers providers, Terminal terminal, Clock clock) {
    this.data = data;
    this.ports = ports;
    this.providers = providers;
    this.terminal = terminal;
    this.clock = clock;
  }

  /**
   * Starts all of it, in the order in which the parts need each other; on a failure closes what was
   * started.
   */
  Whereabouts start() {
    try {
      return startParts();
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private Whereabouts startParts() {
    EmbeddedPostgres postgres = terminal.step("PostgreSQL", this::startPostgres);
    EmbeddedKafka kafka = terminal.step("Kafka", this::startKafka);
    terminal.step("migrations", () -> migrate(postgres));
    StandIns standIns = terminal.step("stand-ins", this::startStandIns);
    terminal.step("cdc-relay", () -> ready(startRelay(postgres, kafka)));
    terminal.step("ingest-service", () -> ready(startIngest(postgres, standIns)));
    terminal.step("billing", () -> ready(startBilling(postgres, kafka, standIns)));
    terminal.step("machines", () -> ready(startMachines(postgres, kafka, standIns)));
    terminal.step("forwarding", () -> ready(startForwarding(postgres, kafka, standIns)));
    terminal.step("analytics", () -> ready(startAnalytics(postgres, kafka, standIns)));
    terminal.step("realtime-bridge", () -> ready(startBridge(postgres, kafka, standIns)));
    terminal.step("journal", () -> ready(startJournal(postgres, kafka)));
    return new Whereabouts(
        ProcessHandle.current().pid(),
        ingestUrl(),
        postgres.jdbcUrl("postgres"),
        postgres.user(),
        kafka.bootstrapServers(),
        standIns.stripe().url(),
        standIns.ably().url(),
        standIns.daytona().url(),
        standIns.resend().url(),
        WEBHOOK_SECRET);
  }

  private Started<EmbeddedPostgres> startPostgres() {
    EmbeddedPostgres postgres =
        with(EmbeddedPostgres.start(data.postgres(), ports.postgres(), Map.of()));
    return new Started<>(
        postgres,
        "PostgreSQL " + postgres.version(),
        "localhost:" + postgres.port() + "   " + shown(data.postgres()));
  }

  private Started<EmbeddedKafka> startKafka() {
    EmbeddedKafka kafka =
        with(EmbeddedKafka.start(data.kafka(), ports.kafka(), ports.kafkaController()));
    return new Started<>(
        kafka,
        "Kafka " + kafka.version(),
        "localhost:" + kafka.port() + "   " + shown(data.kafka()));
  }

  /** Their webhooks wait for ingest, which is not there yet. */
  private Started<StandIns> startStandIns() {
    StandIns standIns = with(StandIns.start(ports, ingestUrl(), clock));
    return new Started<>(standIns, "stand-ins", providers.names() + "   " + standIns.urls());
  }

  private String ingestUrl() {
    return "http://localhost:" + ports.ingest();
  }

  private Started<Integer> migrate(EmbeddedPostgres postgres) throws SQLException {
    var config =
        new DatabaseConfig(
            postgres.jdbcUrl("postgres"), postgres.user(), "", 2, Duration.ofSeconds(10));
    try (var database = Database.pool(config, "migrations", new SimpleMeterRegistry())) {
      int migrations = Database.migrate(database);
      Database.inTransaction(database, this::putTokens);
      return new Started<>(migrations, "migrations", migrations + " applied");
    }
  }

  /** Those that everybody on this machine knows; one that was revoked here stays so. */
  private int putTokens(Connection connection) throws SQLException {
    Grant everyEvent = new Grant.Publisher(Optional.empty(), Optional.empty());
    ApiTokens.putWellKnown(
        connection, PUBLISHER_TOKEN, "this machine", everyEvent, clock.instant());
    Grant everyTenant = new Grant.Platform(Optional.empty());
    return ApiTokens.putWellKnown(
        connection, PLATFORM_TOKEN, "this machine", everyTenant, clock.instant());
  }

  private Service startRelay(EmbeddedPostgres postgres, EmbeddedKafka kafka) {
    Map<String, String> environment = database("RELAY_", postgres);
    environment.put("RELAY_KAFKA_BOOTSTRAP", kafka.bootstrapServers());
    environment.put("RELAY_ADMIN_PORT", Integer.toString(ports.relayAdmin()));
    return RelayMain.start(RelayConfig.from(environment), clock);
  }

  private Service startIngest(EmbeddedPostgres postgres, StandIns standIns) {
    Map<String, String> environment = database("INGEST_", postgres);
    environment.put("INGEST_PORT", Integer.toString(ports.ingest()));
    environment.put("INGEST_ADMIN_PORT", Integer.toString(ports.ingestAdmin()));
    environment.put("INGEST_STRIPE_SECRETS", WEBHOOK_SECRET);
    environment.put("INGEST_SLACK_SECRETS", WEBHOOK_SECRET);
    environment.put("INGEST_RESEND_SECRETS", STANDARD_WEBHOOK_SECRET);
    environment.put("INGEST_DAYTONA_SECRETS", STANDARD_WEBHOOK_SECRET);
    environment.put("INGEST_PUBLIC_URL", ingestUrl());
    environment.put("INGEST_SEALING_KEYS_FILE", data.sealingKeys().toString());
    environment.putAll(providers.oauth(standIns.oauth()));
    return IngestMain.start(IngestConfig.from(environment), clock);
  }

  private Service startBilling(EmbeddedPostgres postgres, EmbeddedKafka kafka, StandIns standIns) {
    Map<String, String> environment = consumer("BILLING_", "billing-0", postgres, kafka);
    environment.put("BILLING_ADMIN_PORT", Integer.toString(ports.billingAdmin()));
    environment.putAll(providers.stripe(standIns.stripe()));
    return Billing.start(BillingConfig.from(environment), clock);
  }

  private Service startMachines(EmbeddedPostgres postgres, EmbeddedKafka kafka, StandIns standIns) {
    Map<String, String> environment = consumer("MACHINES_", "machines-0", postgres, kafka);
    environment.put("MACHINES_ADMIN_PORT", Integer.toString(ports.machinesAdmin()));
    environment.put("MACHINES_SEALING_KEYS_FILE", data.sealingKeys().toString());
    environment.putAll(providers.daytona(standIns.daytona(), ingestUrl()));
    return MachinesApplication.start(MachinesConfig.from(environment), clock);
  }

  /** The daemons of the stand-ins are on this very machine, which is no address for others. */
  private Service startForwarding(
      EmbeddedPostgres postgres, EmbeddedKafka kafka, StandIns standIns) {
    Map<String, String> environment = consumer("FORWARDING_", "forwarding-0", postgres, kafka);
    environment.put("FORWARDING_ADMIN_PORT", Integer.toString(ports.forwardingAdmin()));
    environment.put("FORWARDING_SEALING_KEYS_FILE", data.sealingKeys().toString());
    environment.put("FORWARDING_ALLOWED_NETWORKS", "127.0.0.0/8");
    environment.putAll(providers.resend(standIns.resend()));
    return Forwarding.start(ForwardingConfig.from(environment), clock);
  }

  private Service startAnalytics(
      EmbeddedPostgres postgres, EmbeddedKafka kafka, StandIns standIns) {
    Map<String, String> environment = consumer("ANALYTICS_", "analytics-0", postgres, kafka);
    environment.put("ANALYTICS_ADMIN_PORT", Integer.toString(ports.analyticsAdmin()));
    environment.putAll(providers.posthog(standIns.posthog()));
    return Analytics.start(AnalyticsConfig.from(environment), clock);
  }

  private Service startBridge(EmbeddedPostgres postgres, EmbeddedKafka kafka, StandIns standIns) {
    Map<String, String> environment = consumer("BRIDGE_", "bridge-0", postgres, kafka);
    environment.put("BRIDGE_ADMIN_PORT", Integer.toString(ports.bridgeAdmin()));
    environment.putAll(providers.ably(standIns.ably()));
    return BridgeMain.start(BridgeConfig.from(environment), clock);
  }

  private Service startJournal(EmbeddedPostgres postgres, EmbeddedKafka kafka) {
    Map<String, String> environment = database("JOURNAL_", postgres);
    environment.put("JOURNAL_KAFKA_BOOTSTRAP", kafka.bootstrapServers());
    environment.put("JOURNAL_ADMIN_PORT", Integer.toString(ports.journalAdmin()));
    return JournalApplication.start(JournalConfig.from(environment), clock);
  }

  private Map<String, String> consumer(
      String prefix, String instance, EmbeddedPostgres postgres, EmbeddedKafka kafka) {
    Map<String, String> environment = database(prefix, postgres);
    environment.put(prefix + "KAFKA_BOOTSTRAP", kafka.bootstrapServers());
    environment.put(prefix + "INSTANCE", instance);
    environment.put(prefix + "STATE_DIR", data.streams().toString());
    return environment;
  }

  private static Map<String, String> database(String prefix, EmbeddedPostgres postgres) {
    var environment = new HashMap<String, String>();
    environment.put(prefix + "DB_URL", postgres.jdbcUrl("postgres"));
    environment.put(prefix + "DB_USER", postgres.user());
    return environment;
  }

  /** A service is up when it says itself that it is ready. */
  private Started<Service> ready(Service service) {
    services.add(with(service));
    long end = System.nanoTime() + PATIENCE.toNanos();
    Optional<String> unreadiness = service.unreadiness();
    while (unreadiness.isPresent()) {
      if (service.hasFailed() || System.nanoTime() > end) {
        throw new CannotException(
            "%s is not ready: %s".formatted(service.name(), unreadiness.get()));
      }
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
      unreadiness = service.unreadiness();
    }
    return new Started<>(
        service,
        service.name(),
        "health, metrics   http://localhost:%d/health/ready".formatted(service.adminPort()));
  }

  /** Waits until a service can't go on; answers which, and why. */
  String awaitFailure() throws InterruptedException {
    var failures = new LinkedBlockingQueue<String>();
    for (Service service : services) {
      Thread.ofVirtual().start(() -> awaitFailure(service, failures));
    }
    return failures.take();
  }

  private static void awaitFailure(Service service, Queue<String> failures) {
    try {
      service
          .awaitEnd()
          .ifPresent(cause -> failures.add(service.name() + " can't go on: " + cause.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private <P extends AutoCloseable> P with(P part) {
    parts.push(part);
    return part;
  }

  private String shown(Path path) {
    Path here = Path.of("").toAbsolutePath();
    return path.startsWith(here) ? here.relativize(path).toString() : path.toString();
  }

  /** Closes everything, the last started first. */
  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        log.atWarn().setCause(e).log("a part did not close cleanly");
      }
    }
  }
}
