package dev.tailrace.embedded;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** What one broker that is its own controller, on this machine only, is configured with. */
record KafkaSettings(Path logDirectory, int port, int controllerPort) {
  static final int NODE_ID = 1;
  static final String CONTROLLER_LISTENER = "CONTROLLER";
  private static final String TEN_MINUTES = "600000";
  private static final String FOUR_MEBIBYTES = "4194304";
  private static final String SIXTEEN_MEBIBYTES = "16777216";

  String controller() {
    return "127.0.0.1:" + controllerPort;
  }

  /** Both roles: what serves. */
  Map<String, String> asBroker() {
    var broker = "PLAINTEXT://127.0.0.1:" + port;
    Map<String, String> all = asController();
    all.put("process.roles", "broker,controller");
    all.put("listeners", broker + "," + all.get("listeners"));
    all.put("advertised.listeners", broker);
    all.put("inter.broker.listener.name", "PLAINTEXT");
    // A broker that is the only one gains nothing by being fenced, and its partitions must not be
    // without a leader while a transaction is ended (decision 010): not when this machine was
    // too busy for heartbeats, and not while it stops.
    all.put("broker.session.timeout.ms", TEN_MINUTES);
    all.put("controlled.shutdown.enable", "false");
    all.put("auto.create.topics.enable", "false");
    all.put("min.insync.replicas", "1");
    all.put("default.replication.factor", "1");
    all.put("message.max.bytes", FOUR_MEBIBYTES);
    all.put("replica.fetch.max.bytes", FOUR_MEBIBYTES);
    all.put("group.initial.rebalance.delay.ms", "0");
    all.put("offsets.topic.num.partitions", "8");
    all.put("offsets.topic.replication.factor", "1");
    all.put("transaction.state.log.num.partitions", "8");
    all.put("transaction.state.log.replication.factor", "1");
    all.put("transaction.state.log.min.isr", "1");
    all.put("share.coordinator.state.topic.num.partitions", "8");
    all.put("share.coordinator.state.topic.replication.factor", "1");
    all.put("share.coordinator.state.topic.min.isr", "1");
    // Taken from this JVM's heap at once, and 128 MB unless told otherwise.
    all.put("log.cleaner.dedupe.buffer.size", SIXTEEN_MEBIBYTES);
    return all;
  }

  /** The controller alone: it knows of all topics and brokers, and serves nobody. */
  Map<String, String> asController() {
    var all = new HashMap<String, String>();
    all.put("process.roles", "controller");
    all.put("node.id", Integer.toString(NODE_ID));
    // A static quorum lives in this configuration, a dynamic one in the files: only the former
    // lets the controller come back on another port.
    all.put("controller.quorum.voters", NODE_ID + "@" + controller());
    all.put("controller.listener.names", CONTROLLER_LISTENER);
    all.put("listeners", CONTROLLER_LISTENER + "://" + controller());
    all.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    all.put("log.dirs", logDirectory.toString());
    return all;
  }
}
