package dev.tailrace.consumers.forwarding;

import java.net.InetAddress;
import java.util.Optional;

/**
 * Addresses that begin with the same bits, as in {@code 10.0.0.0/8}.
 *
 * @param prefix how many bits are the same
 */
record Network(InetAddress base, int prefix) {

  Network {
    if (prefix < 0 || prefix > base.getAddress().length * Byte.SIZE) {
      throw new IllegalArgumentException("no address has " + prefix + " bits of a network");
    }
  }

  /** Reads an address, or one with a slash and a number behind it; no name is looked up. */
  static Optional<Network> parse(String text) {
    int slash = text.indexOf('/');
    try {
      InetAddress base = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
      int prefix =
          slash < 0
              ? base.getAddress().length * Byte.SIZE
              : Integer.parseInt(text.substring(slash + 1));
      return Optional.of(new Network(base, prefix));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** One of our own, which is well-formed. */
  static Network of(String text) {
    return parse(text).orElseThrow(() -> new IllegalArgumentException("no network: " + text));
  }

  boolean contains(InetAddress address) {
    byte[] ours = base.getAddress();
    byte[] theirs = address.getAddress();
    if (ours.length != theirs.length) {
      return false;
    }
    for (int bit = 0; bit < prefix; bit++) {
      int mask = 0x80 >> (bit % Byte.SIZE);
      if (((ours[bit / Byte.SIZE] ^ theirs[bit / Byte.SIZE]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return base.getHostAddress() + "/" + prefix;
  }
}
