package dev.tailrace.consumers.forwarding;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which addresses may be dialled for a machine: those of the public internet, and those of the
 * networks that the configuration allows.
 *
 * <p>A daemon says itself where it answers, so its address is a stranger's word. Behind a private
 * one there could be our own databases, behind a link-local one the cloud's metadata. An IPv4
 * address stays what it is in the forms in which IPv6 carries it.
 *
 * @param exceptions dialled whatever else they are
 */
record AllowedAddresses(List<Network> exceptions) {

  /** Of no use as a public address, by IANA's registries of special-purpose addresses. */
  private static final List<Network> NOT_PUBLIC =
      networks(
          "0.0.0.0/8",
          "10.0.0.0/8",
          "100.64.0.0/10",
          "127.0.0.0/8",
          "169.254.0.0/16",
          "172.16.0.0/12",
          "192.0.0.0/24",
          "192.0.2.0/24",
          "192.88.99.0/24",
          "192.168.0.0/16",
          "198.18.0.0/15",
          "198.51.100.0/24",
          "203.0.113.0/24",
          "224.0.0.0/4",
          "240.0.0.0/4",
          "::/96",
          "64:ff9b:1::/48",
          "100::/64",
          "2001::/23",
          "2001:db8::/32",
          "3fff::/20",
          "5f00::/16",
          "fc00::/7",
          "fe80::/10",
          "fec0::/10",
          "ff00::/8");

  private static final int IPV4_BYTES = 4;

  /** Carry an IPv4 address in their last four bytes: translated to IPv6, and by NAT64. */
  private static final List<Network> IPV4_AT_THE_END = networks("::ffff:0:0:0/96", "64:ff9b::/96");

  private static final Network SIX_TO_FOUR = Network.of("2002::/16");
  private static final int BEHIND_SIX_TO_FOUR = 2;

  /** What a mapped address begins with: ten bytes of nothing, and two of ones. */
  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

  AllowedAddresses {
    exceptions = List.copyOf(exceptions);
  }

  /** The public internet alone. */
  static AllowedAddresses publicOnly() {
    return new AllowedAddresses(List.of());
  }

  boolean allows(InetAddress address) {
    InetAddress plain = unmapped(address);
    return isIn(exceptions, plain)
        || (!isIn(NOT_PUBLIC, plain) && carried(plain).map(this::allows).orElse(true));
  }

  private static boolean isIn(List<Network> networks, InetAddress address) {
    return networks.stream().anyMatch(network -> network.contains(address));
  }

  /** The JDK makes plain addresses of mapped ones in most places, but not in all. */
  private static InetAddress unmapped(InetAddress address) {
    byte[] bytes = address.getAddress();
    return bytes.length > IPV4_BYTES
            && Arrays.equals(bytes, 0, MAPPED.length, MAPPED, 0, MAPPED.length)
        ? ipv4(bytes, MAPPED.length)
        : address;
  }

  private static Optional<InetAddress> carried(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (isIn(IPV4_AT_THE_END, address)) {
      return Optional.of(ipv4(bytes, bytes.length - IPV4_BYTES));
    }
    return SIX_TO_FOUR.contains(address)
        ? Optional.of(ipv4(bytes, BEHIND_SIX_TO_FOUR))
        : Optional.empty();
  }

  private static InetAddress ipv4(byte[] bytes, int from) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + IPV4_BYTES));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  private static List<Network> networks(String... texts) {
    return Stream.of(texts).map(Network::of).toList();
  }
}
