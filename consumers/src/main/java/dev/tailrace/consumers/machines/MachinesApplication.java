package dev.tailrace.consumers.machines;

import dev.tailrace.contracts.event.DaytonaEvent.SandboxChange;
import dev.tailrace.contracts.event.MachineEvent.ArchiveRequested;
import dev.tailrace.contracts.event.MachineEvent.Archived;
import dev.tailrace.contracts.event.MachineEvent.Created;
import dev.tailrace.contracts.event.MachineEvent.Promoted;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.sealing.Sealing;
import dev.tailrace.contracts.sealing.SealingKeys;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.effects.Application;
import dev.tailrace.effects.Backoff;
import dev.tailrace.effects.ConsumerDescription;
import dev.tailrace.effects.Effects;
import dev.tailrace.effects.Rate;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The machines application and its consumers, each one side effect. */
public final class MachinesApplication {

  private static final Backoff A_DAY =
      Backoff.exponential(Duration.ofSeconds(1), Duration.ofMinutes(15))
          .forAtMost(Duration.ofHours(24));

  /** A project waits for its machine. */
  private static final Backoff A_DAY_OFTEN =
      Backoff.exponential(Duration.ofSeconds(1), Duration.ofMinutes(2))
          .forAtMost(Duration.ofHours(24));

  /** Of which one waits until a sandbox runs. */
  private static final Duration OF_THREE_CALLS = Duration.ofMinutes(2);

  private static final int USUAL_PER_SECOND = 5;

  private static final Clock NO_CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

  private MachinesApplication() {}

  /** Starts the application. */
  public static Service start(MachinesConfig config, Clock clock) {
    return Service.start(
        "machines",
        config.admin(),
        service -> {
          var database =
              service.with(Database.pool(config.database(), service.name(), service.meters()));
          var sandboxes = service.with(new DaytonaSandboxes(config.daytona(), clock));
          Effects.start(
              application(
                  database, sandboxes, config.platform(), config.daytona().perSecond(), clock),
              config.effects(),
              database,
              service,
              clock);
          service.with(
              new Reconciler(
                      database,
                      new Reconciliation(database, sandboxes, clock),
                      Reconciler.Pace.of(config),
                      new ReconcilerMeters(service.meters()),
                      clock)
                  .start());
        });
  }

  /** What is registered here, for the catalogue of consumers. */
  public static List<ConsumerDescription> consumers() {
    var nowhere =
        new MachinesConfig.Daytona("dtn_none", URI.create("http://localhost"), USUAL_PER_SECOND);
    var nothing =
        new MachinesConfig.Platform(
            Sealing.read(SealingKeys.fresh()).orElseThrow(), "http://localhost");
    try (var nobody = new DaytonaSandboxes(nowhere, NO_CLOCK)) {
      return application(new PGSimpleDataSource(), nobody, nothing, nowhere.perSecond(), NO_CLOCK)
          .describe();
    }
  }

  static Application application(
      DataSource database,
      Sandboxes sandboxes,
      MachinesConfig.Platform platform,
      int perSecond,
      Clock clock) {
    var secrets = new MachineSecrets(database, platform.sealing(), clock);
    var provision = new ProvisionMachine(sandboxes, secrets, platform.api(), clock);
    var archive = new ArchiveMachine(database, sandboxes, clock);
    Rate rate = Rate.perSecond(perSecond);
    var machines = new Application("machines");
    machines
        .consumer("provisionMachine")
        .on(Created.class)
        .destination(effect -> Providers.DAYTONA)
        .rate(rate, effect -> Providers.DAYTONA)
        .retry(A_DAY_OFTEN)
        .timeout(OF_THREE_CALLS)
        .onDead(provision::givenUp)
        .handle(provision);
    machines
        .consumer(ArchiveOldMachines.NAME)
        .on(Promoted.class)
        .each(ArchiveOldMachines::replaced)
        .retry(A_DAY)
        .handle(new ArchiveOldMachines(clock));
    machines
        .consumer("archiveMachine")
        .on(ArchiveRequested.class)
        .destination(effect -> Providers.DAYTONA)
        .rate(rate, effect -> Providers.DAYTONA)
        .retry(A_DAY)
        .onDead(archive::givenUp)
        .handle(archive);
    machines
        .consumer("cleanUpArchivedMachine")
        .on(Archived.class)
        .retry(A_DAY)
        .handle(new CleanUpArchivedMachine(secrets));
    machines
        .consumer("trackMachineState")
        .on(SandboxChange.class)
        .retry(A_DAY)
        .handle(new TrackMachineState());
    machines
        .consumer("trackMachineCreated")
        .on(Created.class)
        .retry(A_DAY)
        .handle(new TrackMachineCreated());
    return machines;
  }
}
