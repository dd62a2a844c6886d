package dev.treadle.tool;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Decides which machine a request may reach: the name is looked up once, every address that it has
 * is judged, and the request goes to exactly the first of them. A name that answers otherwise a
 * moment later changes nothing.
 */
final class AddressGuard {
  private final Reach reach;
  private final Names names;

  AddressGuard(Reach reach, Names names) {
    this.reach = reach;
    this.names = names;
  }

  sealed interface Ruling {
    /** Ask this machine and no other. */
    record Cleared(WebAddress address, InetAddress machine) implements Ruling {}

    /** Not now and not later. */
    record Refused(String why) implements Ruling {}

    /** The name has no address at the moment. */
    record Unresolved(String why) implements Ruling {}
  }

  Ruling judge(WebAddress address) {
    if (!reach.excepts(address)) {
      if (!address.isSecure() && !reach.plainHttp()) {
        return new Ruling.Refused("only https addresses are fetched, was " + address);
      }
      if (address.port() != (address.isSecure() ? 443 : 80)) {
        return new Ruling.Refused("only the ports 443 and 80 are reached, was " + address.port());
      }
    }
    try {
      return judge(address, names.addressesOf(address.host()));
    } catch (UnknownHostException unknown) {
      return new Ruling.Unresolved("there is no address for the name " + address.host());
    }
  }

  private Ruling judge(WebAddress address, List<InetAddress> machines) {
    if (machines.isEmpty()) {
      return new Ruling.Unresolved("there is no address for the name " + address.host());
    }
    if (!reach.excepts(address)) {
      for (InetAddress machine : machines) {
        // One private record among public ones is enough: the server chooses which one is used.
        if (!PublicAddresses.contains(machine)) {
          return new Ruling.Refused(
              "%s is at %s, which is not a public address"
                  .formatted(address.host(), machine.getHostAddress()));
        }
      }
    }
    return new Ruling.Cleared(address, machines.getFirst());
  }
}
