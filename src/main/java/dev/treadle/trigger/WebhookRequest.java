package dev.treadle.trigger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A delivery as it came in: headers by lower-case name, and the body's raw bytes. */
public final class WebhookRequest {
  private final Map<String, List<String>> headers = new HashMap<>();
  private final byte[] body;

  /**
   * A request.
   *
   * @param headers names in any case; a header that came twice has two values
   * @param body decoded from base64 if the gateway encoded it, and otherwise untouched
   */
  public WebhookRequest(Map<String, List<String>> headers, byte[] body) {
    headers.forEach((name, values) ->
        this.headers
            .computeIfAbsent(name.toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
            .addAll(values));
    this.body = body.clone();
  }

  /** The value of a header that came once: of two, nobody could say which was meant. */
  Optional<String> header(String name) {
    List<String> values = headers.getOrDefault(name, List.of());
    return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
  }

  byte[] body() {
    return body.clone();
  }

  int bytes() {
    return body.length;
  }
}
