package dev.tailrace.ingest;

import com.zaxxer.hikari.HikariDataSource;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.outbox.DatabaseConfig;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.contracts.service.ServiceMain;
import java.time.Clock;
import java.time.Duration;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

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
          var reception = new Reception(new Gate(config.maxInFlight()));
          var slowSenders = service.with(new SlowSenders(clock));
          var oauth = service.with(new OAuth(config.oauth(), transactions, clock));
          var server =
              service.with(
                  PublicServer.open(
                      config.host(),
                      config.port(),
                      Stream.concat(
                              Stream.of(
                                  stripe(config.stripe(), transactions, rejections, clock),
                                  events(config.events(), transactions, rejections, clock)),
                              oauth.callbacks().stream())
                          .toList(),
                      reception,
                      slowSenders,
                      service.meters()));
          listening.accept(server.port());
        });
  }

  private static Endpoint stripe(
      IngestConfig.Stripe config, Transactions transactions, Rejections rejections, Clock clock) {
    var source = new StripeSource(config.secrets(), config.maxBodyBytes(), clock);
    return new WebhookEndpoint(source, new Deliveries(transactions), rejections);
  }

  private static Endpoint events(
      IngestConfig.Events config, Transactions transactions, Rejections rejections, Clock clock) {
    return new EventsEndpoint(
        new BearerTokens(config.tokens()),
        config.maxBodyBytes(),
        new EnvelopeReader(clock),
        new Publications(transactions),
        rejections);
  }

  private static HikariDataSource pool(DatabaseConfig config, Service service, String name) {
    return Database.pool(config, name, service.meters());
  }

  /** Two connections for what no request waits for: health, and the sample of rejections. */
  private static DatabaseConfig aside(DatabaseConfig config) {
    return new DatabaseConfig(
        config.url(), config.user(), config.password(), 2, Duration.ofSeconds(1));
  }
}
