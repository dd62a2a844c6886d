package dev.treadle.tool;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.hc.client5.http.DnsResolver;

/** Refuses every look-up, so that no machine is reached which was not judged. */
final class NoNames implements DnsResolver {
  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    throw new UnknownHostException(host + " is not looked up a second time");
  }

  @Override
  public String resolveCanonicalHostname(String host) throws UnknownHostException {
    throw new UnknownHostException(host + " is not looked up a second time");
  }
}
