package dev.tailrace.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Where everything listens, on loopback only. */
record Ports(
    int ingest,
    int ingestAdmin,
    int relayAdmin,
    int billingAdmin,
    int bridgeAdmin,
    int journalAdmin,
    int analyticsAdmin,
    int forwardingAdmin,
    int machinesAdmin,
    int postgres,
    int kafka,
    int kafkaController,
    int stripe,
    int ably,
    int oauth,
    int posthog,
    int daytona,
    int resend) {

  static final Ports USUAL =
      new Ports(
          8080, 8081, 8082, 8083, 8084, 8085, 8086, 8087, 8088, 54320, 19092, 19093, 8090, 8091,
          8092, 8093, 8094, 8095);

  private static final int MOST = 65_535;
  private static final int SPAN = 18;

  /** Eighteen ports in a row. */
  static Ports from(int base) {
    if (base < 1_024 || base > MOST - SPAN) {
      throw new CannotException(
          "--port-base must be from 1024 to %d, was %d".formatted(MOST - SPAN, base));
    }
    return new Ports(
        base, base + 1, base + 2, base + 3, base + 4, base + 5, base + 6, base + 7, base + 8,
        base + 9, base + 10, base + 11, base + 12, base + 13, base + 14, base + 15, base + 16,
        base + 17);
  }

  /**
   * Looks whether all are free.
   *
   * @throws CannotException naming each that is not, and the way out
   */
  void requireFree() {
    Map<String, Integer> taken =
        named().entrySet().stream()
            .filter(port -> !isFree(port.getValue()))
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new));
    if (!taken.isEmpty()) {
      throw new CannotException(
          taken.entrySet().stream()
                  .map(port -> "Port %d (%s) is in use".formatted(port.getValue(), port.getKey()))
                  .collect(Collectors.joining("\n  ", "", ""))
              + "\n  Stop what holds it, or choose others: ./tailrace up --port-base 9000");
    }
  }

  private Map<String, Integer> named() {
    var named = new LinkedHashMap<String, Integer>();
    named.put("ingest-service", ingest);
    named.put("ingest-service admin", ingestAdmin);
    named.put("cdc-relay admin", relayAdmin);
    named.put("billing admin", billingAdmin);
    named.put("realtime-bridge admin", bridgeAdmin);
    named.put("journal admin", journalAdmin);
    named.put("analytics admin", analyticsAdmin);
    named.put("forwarding admin", forwardingAdmin);
    named.put("machines admin", machinesAdmin);
    named.put("PostgreSQL", postgres);
    named.put("Kafka", kafka);
    named.put("Kafka controller", kafkaController);
    named.put("Stripe stand-in", stripe);
    named.put("Ably stand-in", ably);
    named.put("OAuth stand-in", oauth);
    named.put("PostHog stand-in", posthog);
    named.put("Daytona stand-in", daytona);
    named.put("Resend stand-in", resend);
    return named;
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
