package dev.tailrace.consumers.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedAddressesTest {

  private final AllowedAddresses open = AllowedAddresses.publicOnly();

  private static AllowedAddresses within(String... networks) {
    return new AllowedAddresses(List.of(networks).stream().map(Network::of).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "93.184.216.34",
        "1.1.1.1",
        "100.63.255.255",
        "100.128.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "169.253.1.1",
        "223.255.255.255",
        "2606:4700:4700::1111",
        "64:ff9b::5db8:d822",
        "2002:5db8:d822::1"
      })
  void publicAddressesAreDialled(String address) {
    assertThat(open.allows(InetAddress.ofLiteral(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.7",
        "224.0.0.1",
        "239.255.255.255",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "2001::1",
        "64:ff9b:1::1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2002:0a00:0001::1",
        "::ffff:0:7f00:1",
        "fd00:ec2::254"
      })
  void noOtherAddressIs(String address) {
    assertThat(open.allows(InetAddress.ofLiteral(address))).isFalse();
  }

  @Test
  void aMappedAddressIsWhatItMaps() throws Exception {
    assertThat(open.allows(mapped(127, 0, 0, 1))).isFalse();
    assertThat(open.allows(mapped(169, 254, 169, 254))).isFalse();
    assertThat(open.allows(mapped(93, 184, 216, 34))).isTrue();
    assertThat(within("127.0.0.0/8").allows(mapped(127, 0, 0, 1))).isTrue();
  }

  /** As it comes from a factory that makes no plain address of it. */
  private static InetAddress mapped(int... last) throws Exception {
    byte[] bytes = new byte[16];
    bytes[10] = -1;
    bytes[11] = -1;
    for (int i = 0; i < last.length; i++) {
      bytes[12 + i] = (byte) last[i];
    }
    InetAddress address = Inet6Address.getByAddress("mapped", bytes, 0);
    assertThat(address).isInstanceOf(Inet6Address.class);
    return address;
  }

  @Test
  void aNetworkThatIsAllowedIsDialledWhateverItIs() {
    AllowedAddresses local = within("127.0.0.0/8", "fd00::/8", "10.1.2.3");

    assertThat(local.allows(InetAddress.ofLiteral("127.3.2.1"))).isTrue();
    assertThat(local.allows(InetAddress.ofLiteral("fd12::1"))).isTrue();
    assertThat(local.allows(InetAddress.ofLiteral("10.1.2.3"))).isTrue();
    assertThat(local.allows(InetAddress.ofLiteral("10.1.2.4"))).isFalse();
    assertThat(local.allows(InetAddress.ofLiteral("::1"))).isFalse();
    assertThat(local.allows(InetAddress.ofLiteral("1.1.1.1"))).isTrue();
    assertThat(local.allows(InetAddress.ofLiteral("64:ff9b::7f00:1")))
        .as("NAT64 of an allowed one")
        .isTrue();
  }

  @Test
  void aNetworkIsAnAddressAndItsBits() {
    assertThat(Network.parse("10.0.0.0/8")).contains(Network.of("10.0.0.0/8"));
    assertThat(
            Network.parse("0.0.0.0/0").map(all -> all.contains(InetAddress.ofLiteral("9.9.9.9"))))
        .contains(true);
    for (String wrong :
        List.of("", "/8", "10.0.0.0/", "10.0.0.0/33", "fd00::/129", "10/-1", "a.example/8")) {
      assertThat(Network.parse(wrong)).as(wrong).isEqualTo(Optional.empty());
    }
  }
}
