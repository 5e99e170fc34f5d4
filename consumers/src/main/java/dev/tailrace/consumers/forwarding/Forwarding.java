package dev.tailrace.consumers.forwarding;

import dev.tailrace.contracts.event.ConnectionEvent;
import dev.tailrace.contracts.event.ConnectionEvent.SlackCreated;
import dev.tailrace.contracts.event.Event;
import dev.tailrace.contracts.event.MachineEvent.ArchiveRequested;
import dev.tailrace.contracts.event.MachineEvent.Promoted;
import dev.tailrace.contracts.event.OAuthEvent.TokenRefreshed;
import dev.tailrace.contracts.event.ResendEvent.EmailReceived;
import dev.tailrace.contracts.event.ResendEvent.EmailStatus;
import dev.tailrace.contracts.event.SlackEvent;
import dev.tailrace.contracts.outbox.Database;
import dev.tailrace.contracts.sealing.Sealing;
import dev.tailrace.contracts.sealing.SealingKeys;
import dev.tailrace.contracts.service.HttpCalls.Heard;
import dev.tailrace.contracts.service.Service;
import dev.tailrace.effects.Application;
import dev.tailrace.effects.Backoff;
import dev.tailrace.effects.ConsumerDescription;
import dev.tailrace.effects.Effects;
import dev.tailrace.effects.Rate;
import dev.tailrace.effects.Registration;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The forwarding application and its consumers, each one side effect. */
public final class Forwarding {

  static final Backoff A_DAY = Backoff.schedule("5s 30s 2m 10m 30m 1h*24").jitter(0.2);

  /** What events are about whose project is known. */
  static final String PROJECT = "project";

  /**
   * An exchange with a machine has an end of its own, after 10 s, and says then what is to follow.
   * This one is for when that does not work, and leaves room for the look where to go.
   */
  private static final Duration LONGEST = Duration.ofSeconds(15);

  private static final Duration LONGEST_WITH_MAIL = LONGEST.plus(ResendMails.LONGEST);

  private static final Clock NO_CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

  /**
   * What its consumers share.
   *
   * @param mailsPerSecond that are fetched
   */
  record Parts(
      DataSource database,
      Sealing sealing,
      Daemons daemons,
      Mails mails,
      MailLoops loops,
      int mailsPerSecond,
      Clock clock) {}

  private Forwarding() {}

  /** Starts the application. */
  public static Service start(ForwardingConfig config, Clock clock) {
    return Service.start(
        "forwarding",
        config.admin(),
        service -> {
          var database =
              service.with(Database.pool(config.database(), service.name(), service.meters()));
          var daemons = service.with(new HttpDaemons(config.allowed(), clock));
          var mails = service.with(new ResendMails(config.resend(), clock));
          Effects.start(
              application(
                  new Parts(
                      database,
                      config.sealing(),
                      daemons,
                      mails,
                      new MailLoops(config.ownDomains()),
                      config.resend().perSecond(),
                      clock)),
              config.effects(),
              database,
              service,
              clock);
        });
  }

  /** What is registered here, for the catalogue of consumers. */
  public static List<ConsumerDescription> consumers() {
    return application(
            new Parts(
                new PGSimpleDataSource(),
                Sealing.read(SealingKeys.fresh()).orElseThrow(),
                (machine, message) -> new Heard.Nothing("there is nobody"),
                emailId -> new Mails.Fetched.Later(Optional.empty(), "there is nobody"),
                new MailLoops(List.of()),
                2,
                NO_CLOCK))
        .describe();
  }

  static Application application(Parts parts) {
    var directory = new Directory(parts.database(), parts.sealing());
    var deliveries = new Deliveries(parts.daemons(), parts.clock());
    var forwarding = new Application("forwarding");
    slack(forwarding, parts, directory, deliveries);
    mail(forwarding, parts, directory, deliveries);
    var pokes = new PokeMachines(directory, deliveries);
    toMachines(
            forwarding
                .consumer("pokeMachines")
                .<Event>on(ConnectionEvent.class, TokenRefreshed.class))
        .timeout(LONGEST)
        .each(pokes::machines)
        .aimedAt(pokes::aim, Aimed::destination)
        .handle(pokes::poke);
    return forwarding;
  }

  private static void slack(
      Application forwarding, Parts parts, Directory directory, Deliveries deliveries) {
    var events = new ForwardSlack<SlackEvent>(directory, deliveries, Interactions::raw);
    toMachines(
            forwarding
                .consumer("forwardSlackEvent")
                .<SlackEvent>on(SlackEvent.EventReceived.class, SlackEvent.Other.class))
        .timeout(LONGEST)
        .when(ForwardSlack::isForMachines)
        .laneWithin(ForwardSlack::conversation)
        .wokenBy(SlackCreated.class, connected -> connected.event().externalId())
        .aimedAt(events::aim, Aimed::destination)
        .handle(events::forward);
    var interactions =
        new ForwardSlack<>(directory, deliveries, new Interactions(parts.database())::body);
    toMachines(
            forwarding.consumer("forwardSlackInteraction").on(SlackEvent.InteractiveReceived.class))
        .timeout(LONGEST)
        .laneWithin(ForwardSlack::conversation)
        .wokenBy(SlackCreated.class, connected -> connected.event().externalId())
        .aimedAt(interactions::aim, Aimed::destination)
        .handle(interactions::forward);
  }

  private static void mail(
      Application forwarding, Parts parts, Directory directory, Deliveries deliveries) {
    var mails = new ForwardEmail(directory, parts.mails(), parts.loops(), deliveries);
    toMachines(forwarding.consumer("forwardEmail").on(EmailReceived.class))
        .timeout(LONGEST_WITH_MAIL)
        .laneWithin(ForwardEmail::sender)
        .rate(Rate.perSecond(parts.mailsPerSecond()), effect -> "resend")
        .aimedAt(mails::aim, Aimed::destination)
        .handle(mails::forward);
    forwarding
        .consumer("trackEmailStatus")
        .on(EmailStatus.class)
        .retry(A_DAY)
        .idempotentByRow()
        .handle(new TrackEmailStatus());
  }

  /** A machine that is put away answers nobody, and another may be there for what it was sent. */
  private static <E extends Event> Registration<E> toMachines(Registration<E> consumer) {
    return consumer
        .retry(A_DAY)
        .wokenBy(Promoted.class)
        .destinationEndedBy(ArchiveRequested.class, put -> put.event().machineId());
  }
}
