package dev.treadle.tool;

import java.net.URI;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Where requests to addresses that others name may go. {@link #PUBLIC} is public addresses over
 * https and no redirect; everything more is said by whoever wires the runtime, never by a page, a
 * task or a model.
 *
 * @param origins exceptions from the rules on scheme, port and address, such as {@code
 *     http://127.0.0.1:8080}
 * @param plainHttp also http, on port 80
 * @param redirectsMax followed, each checked like the first address; 0 to {@value #REDIRECTS_MAX}
 */
public record Reach(Set<String> origins, boolean plainHttp, int redirectsMax) {
  public static final String ORIGINS = "TREADLE_WEB_ORIGINS";
  public static final int REDIRECTS_MAX = 3;
  public static final Reach PUBLIC = new Reach(Set.of(), false, 0);

  public Reach {
    origins = Set.copyOf(origins);
    if (redirectsMax < 0 || redirectsMax > REDIRECTS_MAX) {
      throw new IllegalArgumentException(
          "redirects_max must be 0 to %d, was %d".formatted(REDIRECTS_MAX, redirectsMax));
    }
  }

  public Reach withPlainHttp() {
    return new Reach(origins, true, redirectsMax);
  }

  public Reach withRedirects(int most) {
    return new Reach(origins, plainHttp, most);
  }

  /** The same reach and one origin, whatever address its host has. */
  public Reach withOrigin(String origin) {
    Set<String> more = new HashSet<>(origins);
    more.add(WebAddress.originOf(URI.create(origin)));
    return new Reach(more, plainHttp, redirectsMax);
  }

  /**
   * The public reach and the origins that an environment names in {@code TREADLE_WEB_ORIGINS},
   * separated by commas: internal sites that agents may read.
   *
   * @throws IllegalArgumentException one is no origin; the message names the variable
   */
  public static Reach fromEnvironment(Optional<String> origins) {
    Reach reach = PUBLIC;
    for (String each : origins.orElse("").split(",", -1)) {
      if (each.isBlank()) continue;
      try {
        reach = reach.withOrigin(each.strip());
      } catch (IllegalArgumentException wrong) {
        throw new IllegalArgumentException(ORIGINS + ": " + wrong.getMessage(), wrong);
      }
    }
    return reach;
  }

  boolean excepts(WebAddress address) {
    return origins.contains(address.origin());
  }
}
