package dev.treadle.tool;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Which addresses are public: what the registries of special-purpose addresses (RFC 6890) leave. Of
 * IPv6 only {@code 2000::/3} is in use, so unique local, link-local, mapped, multicast and NAT64
 * addresses are out without being named.
 */
final class PublicAddresses {
  private static final Range GLOBAL_V6 = Range.of("2000::", 3);
  private static final List<Range> SPECIAL =
      List.of(
          Range.of("0.0.0.0", 8),
          Range.of("10.0.0.0", 8),
          Range.of("100.64.0.0", 10), // carriers' NAT
          Range.of("127.0.0.0", 8),
          Range.of("169.254.0.0", 16), // cloud metadata, Lambda's runtime API, X-Ray
          Range.of("172.16.0.0", 12),
          Range.of("192.0.0.0", 24),
          Range.of("192.0.2.0", 24), // documentation
          Range.of("192.88.99.0", 24), // relays of 6to4
          Range.of("192.168.0.0", 16),
          Range.of("198.18.0.0", 15), // benchmarks
          Range.of("198.51.100.0", 24), // documentation
          Range.of("203.0.113.0", 24), // documentation
          Range.of("224.0.0.0", 4), // multicast
          Range.of("240.0.0.0", 4), // reserved, and broadcast
          Range.of("2001::", 23), // Teredo, benchmarks, ORCHID
          Range.of("2001:db8::", 32), // documentation
          Range.of("2002::", 16), // 6to4 carries any IPv4 address
          Range.of("3fff::", 20)); // documentation

  private PublicAddresses() {}

  static boolean contains(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length == 16 && !GLOBAL_V6.contains(bytes)) return false;
    return SPECIAL.stream().noneMatch(range -> range.contains(bytes));
  }

  private record Range(InetAddress first, int bits) {
    static Range of(String literal, int bits) {
      try {
        return new Range(InetAddress.getByName(literal), bits);
      } catch (UnknownHostException impossible) {
        throw new IllegalStateException(literal + " is not an address", impossible);
      }
    }

    boolean contains(byte[] address) {
      byte[] start = first.getAddress();
      if (address.length != start.length) return false;
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit % 8);
        if ((address[bit / 8] & mask) != (start[bit / 8] & mask)) return false;
      }
      return true;
    }
  }
}
