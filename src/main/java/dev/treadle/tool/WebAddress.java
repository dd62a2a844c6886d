package dev.treadle.tool;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * An http or https address in a form that every parser reads alike: what the rules looked at is
 * what the server is asked for.
 *
 * @param host in lower case: a name, four decimal numbers, or an IPv6 address without brackets
 */
record WebAddress(URI uri, String scheme, String host, int port) {
  static final int CHARS_MAX = 2_048;
  private static final Pattern NAME =
      Pattern.compile("([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern FOUR_NUMBERS =
      Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");
  private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-f:.]{2,45}]");

  /** The text is no address that may be asked; the message says why and repeats no secret. */
  static final class Unfit extends Exception {
    private static final long serialVersionUID = 1L;

    Unfit(String message) {
      super(message);
    }
  }

  static WebAddress of(String text) throws Unfit {
    if (text.length() > CHARS_MAX) {
      throw new Unfit("an address has at most " + CHARS_MAX + " characters");
    }
    try {
      return of(new URI(text));
    } catch (URISyntaxException malformed) {
      throw new Unfit("not an address: " + malformed.getReason());
    }
  }

  /** Where a redirect leads. */
  WebAddress to(String location) throws Unfit {
    if (location.length() > CHARS_MAX) {
      throw new Unfit("an address has at most " + CHARS_MAX + " characters");
    }
    try {
      return of(uri.resolve(new URI(location)));
    } catch (URISyntaxException malformed) {
      throw new Unfit("not an address: " + malformed.getReason());
    }
  }

  private static WebAddress of(URI uri) throws Unfit {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new Unfit(
          "an address must start with http:// or https://, was "
              + (uri.getRawUserInfo() == null ? uri : scheme + ": with a user name"));
    }
    if (uri.getRawUserInfo() != null || String.valueOf(uri.getRawAuthority()).contains("@")) {
      throw new Unfit("an address must not hold a user name: " + uri.getHost());
    }
    if (uri.getHost() == null) {
      throw new Unfit(
          "the address names no host, or not in its plain ASCII form: " + uri.getRawAuthority());
    }
    return new WebAddress(uri, scheme, host(uri), port(scheme, uri));
  }

  private static String host(URI uri) throws Unfit {
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    if (IPV6.matcher(host).matches()) return host.substring(1, host.length() - 1);
    // "127.1", "0x7f000001" and "2130706433" are loopback to some parsers and names to others.
    if (FOUR_NUMBERS.matcher(host).matches() || NAME.matcher(host).matches()) return host;
    throw new Unfit("the host must be a name or a plain address, was " + host);
  }

  private static int port(String scheme, URI uri) {
    if (uri.getPort() >= 0) return uri.getPort();
    return scheme.equals("https") ? 443 : 80;
  }

  boolean isSecure() {
    return scheme.equals("https");
  }

  String origin() {
    return "%s://%s:%d".formatted(scheme, host, port);
  }

  /**
   * The origin of an address that an operator configured.
   *
   * @throws IllegalArgumentException if it is none
   */
  static String originOf(URI uri) {
    try {
      return of(uri).origin();
    } catch (Unfit unfit) {
      throw new IllegalArgumentException("origin: " + unfit.getMessage(), unfit);
    }
  }

  /** Path and query as they are sent. */
  String target() {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return uri.getRawQuery() == null ? path : path + '?' + uri.getRawQuery();
  }

  @Override
  public String toString() {
    return uri.toString();
  }
}
