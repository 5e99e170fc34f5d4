package dev.tailrace.consumers.forwarding;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Finds the addresses that are dialled for a host, and lets through only those that may be.
 *
 * <p>The very addresses that are looked at here are dialled: a name that is resolved once for a
 * check and once more for the connection could say something else the second time. Literal
 * addresses come this way too.
 *
 * <p>The system's resolver can't be interrupted and takes its thread with it, so it is asked on
 * threads of its own, of which there are few, and not waited for longer than a while.
 */
final class CheckedDns implements DnsResolver, AutoCloseable {

  private static final int LOOKUPS_AT_ONCE = 16;
  private static final Duration LONGEST = Duration.ofSeconds(3);

  /** Finds the addresses of a host, which may be a literal one. */
  @FunctionalInterface
  interface Lookup {
    InetAddress[] of(String host) throws UnknownHostException;
  }

  private final AllowedAddresses allowed;
  private final Lookup lookup;
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          LOOKUPS_AT_ONCE, Thread.ofPlatform().name("machine-dns-", 0).daemon().factory());

  CheckedDns(AllowedAddresses allowed, Lookup lookup) {
    this.allowed = allowed;
    this.lookup = lookup;
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    InetAddress[] all = found(host);
    InetAddress[] dialled = fewOf(Arrays.stream(all).filter(allowed::allows).toList());
    if (dialled.length == 0) {
      throw new ForbiddenAddressException(
          host,
          Arrays.stream(all)
              .map(InetAddress::getHostAddress)
              .limit(4)
              .collect(Collectors.joining(", ")));
    }
    return dialled;
  }

  /** The first of each family: each has its own time to connect, and all share the exchange's. */
  private static InetAddress[] fewOf(List<InetAddress> addresses) {
    var first = new LinkedHashMap<Class<?>, InetAddress>();
    addresses.forEach(address -> first.putIfAbsent(address.getClass(), address));
    return first.values().toArray(InetAddress[]::new);
  }

  private InetAddress[] found(String host) throws UnknownHostException {
    Future<InetAddress[]> asked = threads.submit(() -> lookup.of(host));
    try {
      return asked.get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new UnknownHostException(host);
    } catch (TimeoutException e) {
      throw new UnknownHostException(host + ", within " + LONGEST.toMillis() + " ms");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnknownHostException(host + ", before it was interrupted");
    } finally {
      asked.cancel(true);
    }
  }

  @Override
  public String resolveCanonicalHostname(String host) {
    return host;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
