package dev.treadle.approval;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of links and page nonces: one makes new ones, every one that is listed checks old ones,
 * and what names another key is refused. The algorithm is HMAC-SHA-256 because the key says so.
 */
public final class LinkKeys {
  static final Pattern LEGAL_ID = Pattern.compile("[A-Za-z0-9_-]{1,32}");
  private static final int KEY_BYTES_MIN = 32;
  private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();
  private final String current;
  private final Map<String, byte[]> keys;

  /**
   * Keys by id.
   *
   * @param current the id of the key that makes new links
   * @throws IllegalArgumentException a key is shorter than 256 bits, or the current one is missing
   */
  public LinkKeys(String current, Map<String, byte[]> keys) {
    Map<String, byte[]> copy = new HashMap<>();
    keys.forEach((id, key) -> {
      if (!LEGAL_ID.matcher(id).matches() || key.length < KEY_BYTES_MIN) {
        throw new IllegalArgumentException(
            "link keys: id must be 1 to 32 of A-Z a-z 0-9 _ -, and a key at least 32 bytes");
      }
      copy.put(id, key.clone());
    });
    if (!copy.containsKey(current)) {
      throw new IllegalArgumentException(
          "link keys: the current key \"%s\" is not among them".formatted(current));
    }
    this.current = current;
    this.keys = copy;
  }

  /** {@code keyId.payload.mac}, where payload and MAC are base64url. */
  String seal(String payload) {
    String body = current + "." + encoded(payload.getBytes(StandardCharsets.UTF_8));
    return body + "." + encoded(mac(keyOf(current), body));
  }

  /** The payload of what {@link #seal} made; empty for anything else. Nothing is parsed before. */
  Optional<String> open(String sealed) {
    int first = sealed.indexOf('.');
    int last = sealed.lastIndexOf('.');
    if (first < 1 || last <= first) return Optional.empty();
    byte[] key = keys.get(sealed.substring(0, first));
    if (key == null) return Optional.empty();
    String body = sealed.substring(0, last);
    Optional<byte[]> given = decoded(sealed.substring(last + 1));
    Optional<byte[]> payload = decoded(sealed.substring(first + 1, last));
    boolean isOurs = given.isPresent() && MessageDigest.isEqual(given.get(), mac(key, body));
    return isOurs
        ? payload.map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        : Optional.empty();
  }

  private byte[] keyOf(String id) {
    byte[] key = keys.get(id);
    if (key == null) throw new IllegalStateException("link key " + id + " is gone");
    return key;
  }

  private static byte[] mac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java platform has HMAC-SHA-256", impossible);
    }
  }

  private static String encoded(byte[] bytes) {
    return TEXT.encodeToString(bytes);
  }

  /** Only the one spelling that we write: two texts of one token would be two tokens. */
  private static Optional<byte[]> decoded(String text) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      return encoded(bytes).equals(text) ? Optional.of(bytes) : Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }
}
