package dev.treadle.web;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An HTTP request, as much of it as a page needs.
 *
 * @param path as it came over the wire, before any decoding
 * @param query decoded
 * @param headers by name, whatever its case
 * @param body whole
 * @param sender who sent it, as far as the entrance knows
 */
public record Request(
    String method,
    String path,
    Map<String, String> query,
    Map<String, String> headers,
    String body,
    Sender sender) {
  /**
   * Who sent a request.
   *
   * @param address of the network
   * @param person an approver's id, when the entrance has identified one; a link needs none
   */
  public record Sender(String address, Optional<String> person) {}

  public Request {
    query = Map.copyOf(query);
    Map<String, String> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    byName.putAll(headers);
    headers = byName;
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  /** The media type without its parameters, in lower case; empty when none was given. */
  String mediaType() {
    return header("content-type").orElse("").split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  int bodyBytes() {
    return body.getBytes(StandardCharsets.UTF_8).length;
  }

  /** Whether another site made the browser send this. */
  boolean isFromElsewhere() {
    Optional<String> site = header("sec-fetch-site");
    if (site.isPresent()) return !site.get().equals("same-origin");
    // Only old browsers and programs do without that header. The first name an origin; "null" is
    // what a sandboxed frame names.
    String host = header("host").orElse("");
    return header("origin").filter(origin -> !isOf(origin, host)).isPresent();
  }

  private static boolean isOf(String origin, String host) {
    return origin.equalsIgnoreCase("https://" + host) || origin.equalsIgnoreCase("http://" + host);
  }
}
