package dev.tailrace.contracts.service;

import java.util.function.Supplier;

/**
 * Where a service answers for its health and metrics, apart from its public port.
 *
 * @param host loopback unless told; in a cluster, whose probes come from outside the pod, {@code
 *     0.0.0.0}
 * @param port 0 takes a free one
 */
public record AdminAddress(String host, int port) {

  /** Any free port on loopback. */
  public static final AdminAddress FREE = new AdminAddress("127.0.0.1", 0);

  /** Reads {@code ADMIN_HOST} and {@code ADMIN_PORT}. */
  public static Supplier<AdminAddress> from(Settings settings, int usualPort) {
    Supplier<String> host = settings.textOr("ADMIN_HOST", FREE.host());
    Supplier<Integer> port = settings.portOr("ADMIN_PORT", usualPort);
    return () -> new AdminAddress(host.get(), port.get());
  }
}
