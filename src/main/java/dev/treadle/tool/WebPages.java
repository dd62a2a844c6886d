package dev.treadle.tool;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;

/**
 * Fetches pages of text by GET, wherever its {@link Reach} lets it: without cookies, logins or
 * anything else of ours, at most {@link #BYTES_MAX} bytes after decompression, 3 s to connect and
 * 15 s in all.
 *
 * <p>Each address and each redirect is looked up once, judged, and asked at exactly the machine
 * that was judged, so that addresses may come from a model or a page. Safe for several threads;
 * each request has its own connection and is sent once.
 */
public final class WebPages {
  public static final int BYTES_MAX = WebExchange.BYTES_MAX;
  public static final int URL_CHARS_MAX = WebAddress.CHARS_MAX;
  public static final Duration RETRY_AFTER_MAX = Head.RETRY_AFTER_MAX;
  private static final Set<String> READABLE =
      Set.of("text/html", "application/xhtml+xml", "application/json", "text/plain");

  private final Reach reach;
  private final AddressGuard guard;
  private final WebExchange exchange;
  private final TimeLimits limits;
  private final InstantSource clock;

  public WebPages(Reach reach, InstantSource clock) {
    this(reach, Names.SYSTEM, WebExchange.systemTls(), TimeLimits.USUAL, clock);
  }

  WebPages(Reach reach, Names names, SSLContext tls, TimeLimits limits, InstantSource clock) {
    this.reach = reach;
    this.guard = new AddressGuard(reach, names);
    this.exchange = new WebExchange(limits, tls);
    this.limits = limits;
    this.clock = clock;
  }

  public WebPage get(String url) throws InterruptedException {
    WebAddress address;
    try {
      address = WebAddress.of(url);
    } catch (WebAddress.Unfit unfit) {
      return lasting(String.valueOf(unfit.getMessage()));
    }
    return limits
        .within(() -> get(address, reach.redirectsMax()))
        .orElseGet(() -> passing(address + " took longer than " + limits.totalSeconds()));
  }

  private WebPage get(WebAddress address, int redirectsLeft) {
    return switch (guard.judge(address)) {
      case AddressGuard.Ruling.Refused(String why) -> lasting(why);
      case AddressGuard.Ruling.Unresolved(String why) -> passing(why);
      case AddressGuard.Ruling.Cleared cleared ->
          switch (exchange.send(request(cleared), WebPages::willBeRead)) {
            case WebExchange.Answer.Heard heard when heard.head().leadsOn() && redirectsLeft > 0 ->
                redirected(address, heard.head(), redirectsLeft - 1);
            case WebExchange.Answer.Heard heard -> read(address, heard.head(), heard.body());
            case WebExchange.Answer.Unheard(String why, boolean passes, boolean _) ->
                passes ? passing(why) : lasting(why);
          };
    };
  }

  private static WebExchange.Request request(AddressGuard.Ruling.Cleared cleared) {
    String accept = String.join(", ", READABLE.stream().sorted().toList());
    return new WebExchange.Request("GET", cleared, Map.of("Accept", accept), Optional.empty());
  }

  private static boolean willBeRead(Head head) {
    return head.isSuccess() && READABLE.contains(head.mediaType()) && head.isLegible();
  }

  private WebPage redirected(WebAddress from, Head head, int redirectsLeft) {
    try {
      WebAddress to = from.to(head.header("location").orElse(""));
      if (from.isSecure() && !to.isSecure()) {
        return lasting(from + " leads from https to http, which is not followed");
      }
      return get(to, redirectsLeft);
    } catch (WebAddress.Unfit unfit) {
      return lasting(from + " leads to a bad address: " + unfit.getMessage());
    }
  }

  private WebPage read(WebAddress address, Head head, byte[] body) {
    if (head.isPassing()) {
      return new WebPage.NotFetched(
          address + " answered " + head.status(), true, head.retryAfter(clock));
    }
    if (head.isRedirect()) {
      return lasting(
          "%s answered %d, a redirect to %s, which is not followed"
              .formatted(address, head.status(), head.header("location").orElse("nowhere")));
    }
    if (!head.isSuccess()) return lasting(address + " answered " + head.status());
    String mediaType = head.mediaType();
    if (!READABLE.contains(mediaType)) {
      return lasting(
          "%s is %s, not a page of text"
              .formatted(address, mediaType.isEmpty() ? "without a content type" : mediaType));
    }
    if (!head.isLegible()) {
      return lasting(
          "%s came compressed (%s), which was not asked for"
              .formatted(address, head.coding().orElse("")));
    }
    return new WebPage.Fetched(
        head.status(), mediaType, head.text(body), sha256(body), clock.instant());
  }

  private static WebPage lasting(String why) {
    return new WebPage.NotFetched(why, false, Duration.ZERO);
  }

  private static WebPage passing(String why) {
    return new WebPage.NotFetched(why, true, Duration.ZERO);
  }

  private static String sha256(byte[] body) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
