package dev.treadle.tool;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server said before the body.
 *
 * @param headers by name in lower case; of one that comes several times the first
 */
record Head(int status, Map<String, String> headers) {
  private static final Set<String> CODINGS = Set.of("gzip", "x-gzip");
  static final Duration RETRY_AFTER_MAX = Duration.ofHours(1);
  private static final Pattern CHARSET =
      Pattern.compile("charset\\s*=\\s*[\"']?([\\w.:-]{1,40})", Pattern.CASE_INSENSITIVE);
  private static final int CHARSET_SOUGHT_BYTES = 1_024;

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  boolean isSuccess() {
    return status / 100 == 2;
  }

  boolean isRedirect() {
    return status / 100 == 3;
  }

  /** A redirect that says where to. */
  boolean leadsOn() {
    return isRedirect() && header("location").filter(to -> !to.isBlank()).isPresent();
  }

  /** The server says that it did nothing. */
  boolean isRefusal() {
    return status / 100 == 3 || status / 100 == 4;
  }

  /** The server is busy or broken, which passes. */
  boolean isPassing() {
    return status == 429 || status / 100 == 5;
  }

  /** The media type in lower case without parameters, empty when there is none. */
  String mediaType() {
    String contentType = header("content-type").orElse("");
    int parameters = contentType.indexOf(';');
    String mediaType = parameters < 0 ? contentType : contentType.substring(0, parameters);
    return mediaType.strip().toLowerCase(Locale.ROOT);
  }

  /** How the body is compressed, if it is. */
  Optional<String> coding() {
    return header("content-encoding")
        .map(coding -> coding.strip().toLowerCase(Locale.ROOT))
        .filter(coding -> !coding.isEmpty() && !coding.equals("identity"));
  }

  /** Whether the body is there to be read: not compressed, or in the way that was asked for. */
  boolean isLegible() {
    return coding().map(CODINGS::contains).orElse(true);
  }

  /** From the header, else from the start of an HTML page, else UTF-8. */
  String text(byte[] body) {
    Matcher named = CHARSET.matcher(header("content-type").orElse(""));
    if (named.find()) return new String(body, charset(named.group(1)));
    int sought = mediaType().endsWith("ml") ? Math.min(body.length, CHARSET_SOUGHT_BYTES) : 0;
    Matcher declared = CHARSET.matcher(new String(body, 0, sought, StandardCharsets.ISO_8859_1));
    return new String(body, declared.find() ? charset(declared.group(1)) : StandardCharsets.UTF_8);
  }

  private static Charset charset(String name) {
    try {
      return Charset.forName(name);
    } catch (IllegalArgumentException unknown) {
      return StandardCharsets.UTF_8;
    }
  }

  /** Seconds or an HTTP date (RFC 9110 section 10.2.3); anything else counts as not said. */
  Duration retryAfter(InstantSource clock) {
    String value = header("retry-after").orElse("").strip();
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
}
