package dev.treadle.trigger;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How a sender signs its deliveries. A signature is over the raw bytes and is compared in constant
 * time with that of every secret, so that a secret can be replaced while both are in use.
 */
public enum WebhookScheme {
  /**
   * Standard Webhooks, its symmetric {@code v1}: {@code webhook-id}, {@code webhook-timestamp} and
   * {@code webhook-signature}, a list. A delivery is good for five minutes.
   */
  STANDARD {
    @Override
    Verdict verify(WebhookRequest request, List<String> secrets, Instant now) {
      Optional<String> id = request.header("webhook-id");
      // A full stop would let the parts of what is signed be read in two ways.
      if (id.isEmpty() || !DELIVERY_ID.matcher(id.get()).matches()) {
        return new Forged(
            "webhook-id must come once, as 1 to 200 visible characters without a full stop");
      }
      Optional<String> time = request.header("webhook-timestamp");
      if (time.isEmpty() || !SECONDS.matcher(time.get()).matches()) {
        return new Forged("webhook-timestamp must come once, as seconds since 1970 in digits");
      }
      Instant sentAt = Instant.ofEpochSecond(Long.parseLong(time.get()));
      if (Duration.between(sentAt, now).abs().compareTo(TOLERANCE) > 0) {
        return new Forged(
            "webhook-timestamp must be within %d seconds of now".formatted(TOLERANCE.toSeconds()));
      }
      Optional<String> list = request.header("webhook-signature");
      if (list.isEmpty()) return new Forged("webhook-signature must come once");
      List<String> texts = List.of(list.get().split(" "));
      if (texts.size() > SIGNATURES_MAX) {
        return new Forged(
            "webhook-signature must hold at most %d signatures".formatted(SIGNATURES_MAX));
      }
      byte[] prefix = (id.get() + "." + time.get() + ".").getBytes(StandardCharsets.UTF_8);
      List<byte[]> keys = secrets.stream().map(WebhookScheme::standardKey).toList();
      return isSigned(keys, prefix, request.body(), standardSignatures(texts))
          ? new Verified(id.get())
          : new Forged("webhook-signature must hold a v1 signature of this body by a known secret");
    }

    @Override
    boolean isKey(String secret) {
      try {
        return standardKey(secret).length > 0;
      } catch (IllegalArgumentException notBase64) {
        return false;
      }
    }
  },

  /**
   * GitHub: {@code X-Hub-Signature-256} signs the body alone, so a delivery is known only by {@code
   * X-GitHub-Delivery}, and its time is not known at all.
   */
  GITHUB {
    @Override
    Verdict verify(WebhookRequest request, List<String> secrets, Instant now) {
      Optional<String> id = request.header("x-github-delivery");
      if (id.isEmpty() || !DELIVERY_ID.matcher(id.get()).matches()) {
        return new Forged(
            "X-GitHub-Delivery must come once, as 1 to 200 visible characters without a full stop");
      }
      Optional<String> signature = request.header("x-hub-signature-256");
      if (signature.isEmpty() || !HEX_SIGNATURE.matcher(signature.get()).matches()) {
        return new Forged("X-Hub-Signature-256 must come once, as sha256= and 64 hex digits");
      }
      List<byte[]> keys =
          secrets.stream().map(each -> each.getBytes(StandardCharsets.UTF_8)).toList();
      String hex = signature.get().substring("sha256=".length());
      byte[] given = HexFormat.of().parseHex(hex.toLowerCase(Locale.ROOT));
      return isSigned(keys, new byte[0], request.body(), List.of(given))
          ? new Verified(id.get())
          : new Forged("X-Hub-Signature-256 must be the signature of this body by a known secret");
    }

    @Override
    boolean isKey(String secret) {
      return !secret.isEmpty();
    }
  };

  /** Stands before the base64 of a secret of Standard Webhooks. */
  public static final String SECRET_PREFIX = "whsec_";

  static final Duration TOLERANCE = Duration.ofMinutes(5);

  /** A sender that rotates has a few; more are an attempt to keep us busy. */
  static final int SIGNATURES_MAX = 16;

  private static final Pattern DELIVERY_ID = Pattern.compile("[!-~&&[^.]]{1,200}");
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,11}");
  private static final Pattern HEX_SIGNATURE = Pattern.compile("sha256=[0-9a-fA-F]{64}");
  private static final String HMAC = "HmacSHA256";

  /** What a signature says. */
  sealed interface Verdict {}

  /** The sender has the secret. */
  record Verified(String deliveryId) implements Verdict {}

  record Forged(String why) implements Verdict {}

  abstract Verdict verify(WebhookRequest request, List<String> secrets, Instant now);

  /** Whether a text can be a secret of this scheme: {@code whsec_} and base64, or any text. */
  abstract boolean isKey(String secret);

  /** The scheme with this name in a configuration. */
  static Optional<WebhookScheme> of(String name) {
    for (WebhookScheme each : values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(name)) return Optional.of(each);
    }
    return Optional.empty();
  }

  private static List<byte[]> standardSignatures(List<String> texts) {
    List<byte[]> signatures = new ArrayList<>();
    for (String text : texts) {
      if (!text.startsWith("v1,")) continue; // v1a is the asymmetric kind.
      try {
        signatures.add(Base64.getDecoder().decode(text.substring("v1,".length())));
      } catch (IllegalArgumentException notBase64) {
        // One unreadable signature does not spoil the others of a rotation.
      }
    }
    return signatures;
  }

  private static byte[] standardKey(String secret) {
    String base64 =
        secret.startsWith(SECRET_PREFIX) ? secret.substring(SECRET_PREFIX.length()) : secret;
    return Base64.getDecoder().decode(base64);
  }

  /** Looks at every pair, so that the time taken says nothing about which one fits. */
  private static boolean isSigned(
      List<byte[]> keys, byte[] prefix, byte[] body, List<byte[]> given) {
    boolean isSigned = false;
    for (byte[] key : keys) {
      byte[] expected = hmac(key, prefix, body);
      for (byte[] each : given) isSigned |= MessageDigest.isEqual(expected, each);
    }
    return isSigned;
  }

  private static byte[] hmac(byte[] key, byte[] prefix, byte[] body) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      mac.update(prefix);
      return mac.doFinal(body);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has " + HMAC, impossible);
    } catch (InvalidKeyException empty) {
      throw new IllegalStateException("a webhook's secret is no key", empty);
    }
  }
}
