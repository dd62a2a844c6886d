package dev.treadle.web;

import java.util.LinkedHashMap;
import java.util.Map;

/** The headers of every answer, errors included. */
final class HeaderPolicy {
  static final Map<String, String> HEADERS = headers();

  private HeaderPolicy() {}

  private static Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("cache-control", "no-store");
    headers.put(
        "content-security-policy",
        String.join(
            "; ",
            "default-src 'none'",
            "script-src "
                + Assets.source(Assets.SCRIPT)
                + " "
                + Assets.source(Assets.CONSOLE_SCRIPT),
            "style-src " + Assets.source(Assets.STYLE) + " " + Assets.source(Assets.CONSOLE_STYLE),
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'"));
    headers.put("cross-origin-opener-policy", "same-origin");
    headers.put("cross-origin-resource-policy", "same-origin");
    headers.put("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()");
    headers.put("referrer-policy", "no-referrer");
    headers.put("strict-transport-security", "max-age=63072000; includeSubDomains");
    headers.put("x-content-type-options", "nosniff");
    headers.put("x-frame-options", "DENY");
    headers.put("x-robots-tag", "noindex, nofollow");
    return Map.copyOf(headers);
  }

  static Response on(Response response) {
    Response complete = response;
    for (Map.Entry<String, String> header : HEADERS.entrySet()) {
      complete = complete.with(header.getKey(), header.getValue());
    }
    return complete;
  }
}
