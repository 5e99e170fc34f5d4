package dev.tailrace.ingest;

import com.zaxxer.hikari.HikariDataSource;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.outbox.DatabaseConfig;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.contracts.service.ServiceMain;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** The ingest service: as a process of its own, or within another. */
public final class IngestMain {

  private static final String NAME = "ingest-service";

  private IngestMain() {}

  /** Runs the service until it is told to stop. */
  public static void main(String[] args) {
    ServiceMain.run(env -> start(IngestConfig.from(env), Clock.systemUTC()));
  }

  /** Starts the service in this process; the caller closes it. */
  public static Service start(IngestConfig config, Clock clock) {
    return start(config, clock, _ -> {});
  }

  /**
   * Starts the service in this process; the caller closes it.
   *
   * @param listening is told the public port once requests are answered on it, for those who asked
   *     for port 0
   */
  public static Service start(IngestConfig config, Clock clock, IntConsumer listening) {
    return Service.start(
        NAME,
        config.admin(),
        service -> {
          HikariDataSource pool = service.with(pool(config.database(), service, NAME));
          HikariDataSource aside =
              service.with(pool(aside(config.database()), service, NAME + "-aside"));
          service.health().ready("postgres", new PostgresAnswers(aside));

          var transactions = new Transactions(pool);
          var rejections = service.with(new Rejections(service.meters(), aside, clock));
          IngestConfig.Load load = config.load();
          var gate = new Gate(load.inFlight(), load.urgentInFlight(), load.bytesInFlight());
          var reception = new Reception(gate);
          var accounts = new Shares(Math.max(1, load.inFlight() / 4));
          var commit =
              service.with(
                  new GroupCommit(transactions, load.writers(), load.batch(), service.meters()));
          var slowSenders = service.with(new SlowSenders(clock));
          var tokens = new Tokens(transactions, clock);
          service.with(new ForgetRepeats(aside, clock));
          var oauth = service.with(new OAuth(config.oauth(), transactions, clock));
          var procedures = new ArrayList<>(Procedures.all());
          procedures.addAll(oauth.procedures());
          var endpoints = new ArrayList<Endpoint>();
          endpoints.addAll(webhooks(config, commit, accounts, rejections, clock, service.meters()));
          endpoints.add(
              new EventsEndpoint(
                  tokens,
                  config.events().maxBodyBytes(),
                  new EnvelopeReader(clock),
                  new Publications(transactions),
                  accounts,
                  rejections));
          var calls = new Calls(transactions, clock);
          for (Procedure<?, ?> procedure : procedures) {
            endpoints.add(RpcEndpoint.of(procedure, calls, tokens, accounts, rejections));
          }
          endpoints.addAll(oauth.callbacks());
          endpoints.add(new OpenApiEndpoint());
          var server =
              service.with(
                  PublicServer.open(
                      config.address().host(),
                      config.address().port(),
                      endpoints,
                      reception,
                      slowSenders,
                      service.meters()));
          listening.accept(server.port());
        });
  }

  private static List<WebhookEndpoint> webhooks(
      IngestConfig config,
      GroupCommit commit,
      Shares accounts,
      Rejections rejections,
      Clock clock,
      MeterRegistry meters) {
    return WebhookSources.of(config.sources(), clock, meters).stream()
        .map(
            source ->
                new WebhookEndpoint(
                    source,
                    source.isUrgent() ? commit.urgent() : commit.ordinary(),
                    accounts,
                    rejections))
        .toList();
  }

  private static HikariDataSource pool(DatabaseConfig config, Service service, String name) {
    // The statement that stores webhooks takes longer to plan than to run, and one plan serves all.
    return Database.pool(config, name, service.meters(), "-c plan_cache_mode=force_generic_plan");
  }

  /** Two connections for what no request waits for: health, and the sample of rejections. */
  private static DatabaseConfig aside(DatabaseConfig config) {
    return new DatabaseConfig(
        config.url(), config.user(), config.password(), 2, Duration.ofSeconds(1));
  }
}
