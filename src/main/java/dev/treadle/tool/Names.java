package dev.treadle.tool;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** The domain name system: every address that a name has. Asked once per request. */
@FunctionalInterface
interface Names {
  Names SYSTEM = host -> List.of(InetAddress.getAllByName(host));

  List<InetAddress> addressesOf(String host) throws UnknownHostException;
}
