package dev.tailrace.testkit;

import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** Servers in containers; Testcontainers removes them when the JVM is gone. */
record ContainerServers() implements ServerSource {

  @Override
  public PostgresServer startPostgres() {
    var postgres =
        new PostgreSQLContainer("postgres:18")
            .withCommand(
                "postgres",
                "-c",
                "wal_level=logical",
                "-c",
                "max_replication_slots=64",
                "-c",
                "max_wal_senders=64",
                "-c",
                "max_connections=300",
                "-c",
                "track_commit_timestamp=on",
                "-c",
                "wal_sender_timeout=15s");
    postgres.start();
    return new PostgresServer(
        postgres.getHost(),
        postgres.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
        postgres.getUsername(),
        postgres.getPassword());
  }

  @Override
  public KafkaServer startKafka() {
    var kafka =
        new KafkaContainer("apache/kafka:4.3.1")
            .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
            .withEnv("KAFKA_MESSAGE_MAX_BYTES", "4194304")
            .withEnv("KAFKA_REPLICA_FETCH_MAX_BYTES", "4194304")
            .withEnv("KAFKA_TRANSACTION_STATE_LOG_NUM_PARTITIONS", "8")
            .withEnv("KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS", "8");
    kafka.start();
    return new KafkaServer(kafka.getBootstrapServers());
  }
}
