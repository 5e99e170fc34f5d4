package dev.tailrace.testkit;

/** Where test servers come from. Whatever it starts stops with the JVM. */
sealed interface ServerSource permits EmbeddedServers, ContainerServers {
  PostgresServer startPostgres();

  KafkaServer startKafka();

  static ServerSource named(String name) {
    return switch (name) {
      case "embedded" -> new EmbeddedServers();
      case "containers" -> new ContainerServers();
      default ->
          throw new IllegalArgumentException(
              "-Dtestkit=" + name + " is neither 'embedded' nor 'containers'");
    };
  }
}
