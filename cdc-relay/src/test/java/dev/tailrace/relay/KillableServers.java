package dev.tailrace.relay;

import dev.tailrace.embedded.EmbeddedPostgres;
import dev.tailrace.testkit.BrokerProcess;
import dev.tailrace.testkit.KafkaServer;
import dev.tailrace.testkit.PostgresServer;
import dev.tailrace.testkit.ServiceProcess;
import dev.tailrace.testkit.TestDatabase;
import dev.tailrace.testkit.TestTopics;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * A Postgres, a broker and a relay of one test's own, each of which can be killed without its
 * knowing and started again on its files and ports.
 */
final class KillableServers implements AutoCloseable {

  /** What can be killed. */
  enum Server {
    RELAY,
    BROKER,
    POSTGRES
  }

  private final Path folder;
  private final Scenario scenario;
  private final int brokerPort = ServiceProcess.freePort();
  private final int relayPort = ServiceProcess.freePort();
  private EmbeddedPostgres postgres;
  private ServiceProcess broker;
  private ServiceProcess relay;
  private int started;

  KillableServers(Path folder) throws IOException, SQLException {
    this.folder = folder;
    this.postgres = EmbeddedPostgres.start(folder.resolve("postgres"), 0, Map.of());
    this.broker = startBroker();
    this.scenario =
        Scenario.on(
            TestDatabase.createOn(PostgresServer.of(postgres)),
            TestTopics.wholeBroker(new KafkaServer("127.0.0.1:" + brokerPort)));
    this.relay = startRelay();
  }

  Scenario scenario() {
    return scenario;
  }

  /** All of them at once. */
  void kill(List<Server> servers) {
    for (Server server : servers) {
      switch (server) {
        case RELAY -> relay.kill();
        case BROKER -> broker.kill();
        case POSTGRES -> postgres.kill();
      }
    }
  }

  /** One after another; each but the relay serves then. */
  void start(List<Server> servers) throws IOException {
    for (Server server : servers) {
      switch (server) {
        case RELAY -> relay = startRelay();
        case BROKER -> broker = startBroker();
        case POSTGRES ->
            postgres =
                EmbeddedPostgres.start(folder.resolve("postgres"), postgres.port(), Map.of());
      }
    }
  }

  /** It takes connections, and answers nothing. */
  void freezeBroker() throws IOException {
    broker.freeze();
  }

  void thawBroker() throws IOException {
    broker.thaw();
  }

  /** Whether rows flow. */
  boolean isRelayReady() throws InterruptedException {
    return Scenario.isReady(relayPort);
  }

  /** See {@link Scenario#ask}. */
  String askRelay(String question) throws IOException, InterruptedException {
    return Scenario.ask(relayPort, question);
  }

  boolean isRelayAlive() {
    return relay.isAlive();
  }

  private ServiceProcess startBroker() throws IOException {
    return BrokerProcess.start(folder.resolve("kafka"), brokerPort, output("broker"));
  }

  private ServiceProcess startRelay() throws IOException {
    return KillableRelay.start(scenario.config, relayPort, output("relay"));
  }

  private Path output(String name) {
    started++;
    return folder.resolve(name + "-" + started + ".log");
  }

  /** The files stay as they are. */
  @Override
  public void close() {
    relay.kill();
    scenario.topics.close();
    broker.kill();
    postgres.kill();
  }
}
