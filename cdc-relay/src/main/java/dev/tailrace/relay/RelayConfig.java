package dev.tailrace.relay;

import dev.tailrace.contracts.event.Topics;
import dev.tailrace.contracts.outbox.DatabaseConfig;
import dev.tailrace.contracts.service.AdminAddress;
import dev.tailrace.contracts.service.Settings;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * How a relay is set up.
 *
 * @param database reached directly: the replication protocol does not pass a pooler
 * @param installation the last part of {@code ce_source}
 * @param admin where health and metrics are served; 0 takes a free one
 */
public record RelayConfig(
    DatabaseConfig database,
    Kafka kafka,
    Slot slot,
    Reading reading,
    Retention retention,
    String installation,
    AdminAddress admin) {

  private static final String PREFIX = "RELAY_";
  private static final int BY_BROKERS = 0;

  /** What Debezium and Kafka would find out only later, and again and again. */
  public RelayConfig {
    PostgresAddress.of(database.url());
  }

  /**
   * Where the records go.
   *
   * @param topicPrefix before every topic's name, and in the transactional id: two installations on
   *     one cluster neither mix nor fence each other
   * @param partitions of each event topic that is made
   * @param replication of each topic that is made; when empty, on as many brokers as there are, up
   *     to three
   * @param unknownTypes what becomes of a row whose type the catalogue does not have
   */
  public record Kafka(
      String bootstrap,
      String topicPrefix,
      int partitions,
      OptionalInt replication,
      UnknownTypes unknownTypes) {

    Topics topics() {
      return new Topics(topicPrefix);
    }
  }

  /**
   * What is read: the slot, which is the relay's own, and the publication, which migrations make.
   *
   * @param base of the slots' names; the name itself when there is one shard
   * @param basePublication likewise
   */
  public record Slot(String base, String basePublication, Shard shard) {

    /** What Postgres takes for a slot's name. */
    public Slot {
      if (!shard.named(base).matches("[a-z0-9_]{1,63}")) {
        throw new IllegalArgumentException(
            "'" + base + "' is no slot name: at most 63 of a-z, 0-9 and _");
      }
    }

    Slot(String base, String basePublication) {
      this(base, basePublication, Shard.ONLY);
    }

    /** The slot that is read. */
    public String name() {
      return shard.named(base);
    }

    /** The publication that it is read through. */
    public String publication() {
      return shard.named(basePublication);
    }
  }

  /** What becomes of a row whose type is legal, but not in the catalogue. */
  public enum UnknownTypes {
    /** It waits in quarantine for the catalogue to have its type. */
    QUARANTINE,
    /** It gets a topic, with the retention that most have. */
    ALLOW
  }

  /**
   * How it is read.
   *
   * @param queueBytes the most that is read ahead of Kafka, in bytes, beside the transaction that
   *     is on its way there, of up to 16 MiB
   * @param poll how long an idle reader waits before it looks again; a floor of the latency
   */
  public record Reading(int queueBytes, Duration poll) {

    /** What is right unless measured otherwise. */
    public static final Reading DEFAULT = new Reading(4 << 20, Duration.ofMillis(1));
  }

  /**
   * How long the outbox keeps what is in Kafka.
   *
   * @param events how old a row of the outbox becomes, at least; it goes with the day it is of
   */
  public record Retention(Duration events) {

    private static final Duration LEAST = Duration.ofDays(1);

    /** What is right unless somebody must look further back. */
    public static final Retention DEFAULT = new Retention(Duration.ofDays(30));

    /** A partition is a day, and one that is still written to can't go. */
    public Retention {
      if (events.compareTo(LEAST) < 0) {
        throw new IllegalArgumentException("the outbox must keep events for at least 1d");
      }
    }
  }

  /** Reads the variables that begin with {@code RELAY_}. */
  public static RelayConfig from(Map<String, String> environment) {
    var settings = new Settings("cdc-relay", PREFIX, environment);
    Supplier<DatabaseConfig> database = DatabaseConfig.from(settings);
    Supplier<Kafka> kafka = kafka(settings);
    Supplier<String> slot = settings.textOr("SLOT", "tailrace_relay");
    Supplier<String> publication = settings.textOr("PUBLICATION", "tailrace_relay");
    Supplier<Shard> shard =
        settings.parsedOr("SHARD", Shard.ONLY, "a shard such as 0/4", Shard::parse);
    Supplier<Reading> reading = reading(settings);
    Supplier<Retention> retention = retention(settings);
    Supplier<String> installation = settings.textOr("INSTALLATION", "tailrace");
    Supplier<AdminAddress> admin = AdminAddress.from(settings, 8082);
    return settings.build(
        () ->
            new RelayConfig(
                database.get(),
                kafka.get(),
                new Slot(slot.get(), publication.get(), shard.get()),
                reading.get(),
                retention.get(),
                installation.get(),
                admin.get()));
  }

  private static Supplier<Kafka> kafka(Settings settings) {
    Supplier<String> bootstrap = settings.text("KAFKA_BOOTSTRAP", "kafka:9092");
    Supplier<String> prefix = settings.textOr("TOPIC_PREFIX", "");
    Supplier<Integer> partitions =
        settings.numberOr("PARTITIONS", Topics.DEFAULT_PARTITIONS, 1, 1_000);
    Supplier<Integer> replication = settings.numberOr("REPLICATION", BY_BROKERS, 1, 9);
    Supplier<UnknownTypes> unknown = settings.choiceOr("UNKNOWN_TYPES", UnknownTypes.QUARANTINE);
    return () ->
        new Kafka(
            bootstrap.get(),
            prefix.get(),
            partitions.get(),
            replication(replication.get()),
            unknown.get());
  }

  private static Supplier<Reading> reading(Settings settings) {
    Reading otherwise = Reading.DEFAULT;
    Supplier<Integer> bytes = settings.bytesOr("QUEUE_BYTES", otherwise.queueBytes());
    Supplier<Duration> poll = settings.durationOr("POLL", otherwise.poll());
    return () -> new Reading(bytes.get(), poll.get());
  }

  private static Supplier<Retention> retention(Settings settings) {
    Supplier<Duration> events =
        settings.durationOr("RETENTION", Retention.DEFAULT.events(), Retention.LEAST);
    return () -> new Retention(events.get());
  }

  private static OptionalInt replication(int configured) {
    return configured == BY_BROKERS ? OptionalInt.empty() : OptionalInt.of(configured);
  }

  String source() {
    return "/tailrace/" + installation;
  }
}
