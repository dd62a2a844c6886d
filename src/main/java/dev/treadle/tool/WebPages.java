package dev.treadle.tool;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Fetches pages of text over HTTP: one GET, no redirect followed, no cookies, nothing compressed,
 * at most {@link #BYTES_MAX} bytes and {@link TimeLimits} of time.
 *
 * <p>Private and loopback addresses can be reached: the addresses must come from trusted task
 * input, never from a page or a model. Safe for several threads; each fetch has its own connection.
 * A GET whose connection ends before the answer begins is sent once more by the JDK's client, which
 * knows no way to turn that off.
 */
public final class WebPages {
  public static final int BYTES_MAX = 2 * 1024 * 1024;
  public static final int URL_CHARS_MAX = 2_048;
  public static final Duration RETRY_AFTER_MAX = Duration.ofHours(1);
  private static final String USER_AGENT = "Treadle/0.1";
  private static final Set<String> READABLE =
      Set.of("text/html", "application/xhtml+xml", "application/json", "text/plain");
  private static final Pattern CHARSET =
      Pattern.compile("charset\\s*=\\s*[\"']?([\\w.:-]{1,40})", Pattern.CASE_INSENSITIVE);
  private static final int CHARSET_SOUGHT_BYTES = 1_024;
  private static final String RETRY_CONNECT_OFF = "jdk.httpclient.disableRetryConnect";

  static {
    // The JDK's client tries a refused connection a second time unless this is set.
    if (System.getProperty(RETRY_CONNECT_OFF) == null) System.setProperty(RETRY_CONNECT_OFF, "");
  }

  private final TimeLimits limits;
  private final InstantSource clock;

  /**
   * How long a fetch may take.
   *
   * @param connect until the connection stands
   * @param total from the call to the last byte, however slowly they drip
   */
  public record TimeLimits(Duration connect, Duration total) {
    public static final TimeLimits USUAL =
        new TimeLimits(Duration.ofSeconds(3), Duration.ofSeconds(15));
  }

  public WebPages(InstantSource clock) {
    this(TimeLimits.USUAL, clock);
  }

  public WebPages(TimeLimits limits, InstantSource clock) {
    this.limits = limits;
    this.clock = clock;
  }

  public WebPage get(String url) throws InterruptedException {
    URI address;
    try {
      address = new URI(url);
    } catch (URISyntaxException malformed) {
      return lasting("not an address: " + malformed.getReason());
    }
    Optional<String> brokenRule = brokenRule(url, address);
    return brokenRule.isPresent() ? lasting(brokenRule.get()) : exchange(address);
  }

  private static Optional<String> brokenRule(String url, URI address) {
    String scheme = address.getScheme() == null ? "" : address.getScheme();
    if (url.length() > URL_CHARS_MAX) {
      return Optional.of("an address has at most " + URL_CHARS_MAX + " characters");
    }
    if (!scheme.equalsIgnoreCase("http") && !scheme.equalsIgnoreCase("https")) {
      return Optional.of("an address must start with http:// or https://, was " + url);
    }
    if (address.getHost() == null) return Optional.of("the address names no host: " + url);
    if (address.getRawUserInfo() != null) {
      return Optional.of("an address must not hold a user name: " + address.getHost());
    }
    return Optional.empty();
  }

  private WebPage exchange(URI address) throws InterruptedException {
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(limits.connect)
            .build();
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .header("User-Agent", USER_AGENT)
            .header("Accept", String.join(", ", READABLE.stream().sorted().toList()))
            .build();
    try {
      CompletableFuture<HttpResponse<byte[]>> answer =
          client.sendAsync(request, head -> new CappedBody(willBeRead(head) ? BYTES_MAX : 0));
      // A request's own timeout ends with the headers; this one ends a dripping body too.
      return read(address, answer.get(limits.total.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException slow) {
      return passing(address + " took longer than " + seconds(limits.total));
    } catch (ExecutionException failed) {
      return failure(address, failed.getCause());
    } finally {
      client.shutdownNow();
    }
  }

  private static boolean willBeRead(HttpResponse.ResponseInfo head) {
    return head.statusCode() / 100 == 2
        && READABLE.contains(mediaType(head.headers()))
        && contentEncoding(head.headers()).isEmpty();
  }

  private WebPage read(URI address, HttpResponse<byte[]> response) {
    int status = response.statusCode();
    HttpHeaders headers = response.headers();
    if (status == 429 || status / 100 == 5) {
      return new WebPage.NotFetched(address + " answered " + status, true, retryAfter(headers));
    }
    if (status / 100 == 3) {
      return lasting(
          "%s answered %d, a redirect to %s, which is not followed"
              .formatted(address, status, headers.firstValue("location").orElse("nowhere")));
    }
    if (status / 100 != 2) return lasting(address + " answered " + status);
    String mediaType = mediaType(headers);
    if (!READABLE.contains(mediaType)) {
      return lasting(
          "%s is %s, not a page of text"
              .formatted(address, mediaType.isEmpty() ? "without a content type" : mediaType));
    }
    Optional<String> encoding = contentEncoding(headers);
    if (encoding.isPresent()) {
      return lasting(
          "%s came compressed (%s), which was not asked for".formatted(address, encoding.get()));
    }
    byte[] body = response.body();
    String text = new String(body, charset(headers, mediaType, body));
    return new WebPage.Fetched(status, mediaType, text, sha256(body), clock.instant());
  }

  private WebPage failure(URI address, @Nullable Throwable cause) {
    return switch (cause) {
      case CappedBody.TooLarge _ -> lasting(address + " is larger than " + BYTES_MAX + " bytes");
      case HttpTimeoutException _ ->
          passing(address + " did not connect within " + seconds(limits.connect));
      case SSLException insecure ->
          lasting(address + " has no trustworthy connection: " + insecure.getMessage());
      case IOException broken -> passing(address + " could not be reached: " + said(broken));
      case null, default ->
          throw new IllegalStateException("fetching " + address + " broke down", cause);
    };
  }

  private static String said(IOException broken) {
    String message = broken.getMessage();
    return message == null ? broken.getClass().getSimpleName() : message;
  }

  private static WebPage lasting(String why) {
    return new WebPage.NotFetched(why, false, Duration.ZERO);
  }

  private static WebPage passing(String why) {
    return new WebPage.NotFetched(why, true, Duration.ZERO);
  }

  private static String seconds(Duration limit) {
    return limit.toMillis() / 1_000.0 + " s";
  }

  private static String mediaType(HttpHeaders headers) {
    String contentType = headers.firstValue("content-type").orElse("");
    int parameters = contentType.indexOf(';');
    String mediaType = parameters < 0 ? contentType : contentType.substring(0, parameters);
    return mediaType.strip().toLowerCase(Locale.ROOT);
  }

  private static Optional<String> contentEncoding(HttpHeaders headers) {
    return headers
        .firstValue("content-encoding")
        .filter(encoding -> !encoding.isBlank() && !encoding.equalsIgnoreCase("identity"));
  }

  /** From the header, else from the start of an HTML page, else UTF-8. */
  private static Charset charset(HttpHeaders headers, String mediaType, byte[] body) {
    Matcher named = CHARSET.matcher(headers.firstValue("content-type").orElse(""));
    if (named.find()) return charset(named.group(1));
    int sought = mediaType.endsWith("ml") ? Math.min(body.length, CHARSET_SOUGHT_BYTES) : 0;
    Matcher declared = CHARSET.matcher(new String(body, 0, sought, StandardCharsets.ISO_8859_1));
    return declared.find() ? charset(declared.group(1)) : StandardCharsets.UTF_8;
  }

  private static Charset charset(String name) {
    try {
      return Charset.forName(name);
    } catch (IllegalArgumentException unknown) {
      return StandardCharsets.UTF_8;
    }
  }

  /** Seconds or an HTTP date (RFC 9110 section 10.2.3); anything else counts as not said. */
  private Duration retryAfter(HttpHeaders headers) {
    String value = headers.firstValue("retry-after").orElse("").strip();
    if (value.matches("\\d{1,9}")) return capped(Duration.ofSeconds(Long.parseLong(value)));
    try {
      Instant until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return capped(Duration.between(clock.instant(), until));
    } catch (DateTimeException unreadable) {
      return Duration.ZERO;
    }
  }

  private static Duration capped(Duration asked) {
    if (asked.isNegative()) return Duration.ZERO;
    return asked.compareTo(RETRY_AFTER_MAX) > 0 ? RETRY_AFTER_MAX : asked;
  }

  private static String sha256(byte[] body) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
