package dev.treadle.llm.remote;

import java.net.URI;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What lets a request in: headers that nobody else may see.
 *
 * <p>Asked for every request, so that a new key needs no restart. May throw when the key cannot be
 * read now; nothing of such an exception is told but its type.
 */
@FunctionalInterface
public interface Authorization {
  Map<String, String> headers(URI url, byte[] body);

  /** A key in a header of its own. */
  static Authorization header(String name, Supplier<String> key) {
    return (_, _) -> Map.of(name, key.get());
  }

  /** A key as a bearer token (RFC 6750). */
  static Authorization bearer(Supplier<String> key) {
    return (_, _) -> Map.of("authorization", "Bearer " + key.get());
  }

  /** A server that asks for no key, on this machine say. */
  static Authorization none() {
    return (_, _) -> Map.of();
  }
}
