package dev.treadle.approval;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Keys as the documents that a secret or a file holds. Several may be listed, so that old links and
 * decisions stay good while a new key is brought in; taking one out retires it.
 *
 * <pre>
 * link keys          {"current": ID, "keys": {ID: base64 of 32 bytes, …}}
 * decision key       {"id": ID, "key": base64 of PKCS #8}
 * decision keys      {"keys": {ID: base64 of X.509, …}}      (public)
 * </pre>
 */
public final class KeyText {
  private static final int LINK_KEY_BYTES = 32;

  private KeyText() {}

  /** Fresh keys under one id. */
  public record Fresh(String linkKeys, String decisionKey, String decisionKeys) {}

  /**
   * Makes keys.
   *
   * @param random must be cryptographic
   */
  public static Fresh fresh(String id, RandomGenerator random) {
    byte[] link = new byte[LINK_KEY_BYTES];
    random.nextBytes(link);
    KeyPair pair;
    try {
      pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java platform since 15 has Ed25519", impossible);
    }
    ObjectNode linkKeys = Json.object().put("current", id);
    linkKeys.putObject("keys").put(id, base64(link));
    ObjectNode publicKeys = Json.object();
    publicKeys.putObject("keys").put(id, base64(pair.getPublic().getEncoded()));
    return new Fresh(
        Json.pretty(linkKeys),
        Json.pretty(Json.object().put("id", id).put("key", base64(pair.getPrivate().getEncoded()))),
        Json.pretty(publicKeys));
  }

  /**
   * Reads link keys.
   *
   * @throws IllegalArgumentException says what is wrong, and shows no key
   */
  public static LinkKeys linkKeys(String text) {
    JsonNode tree = parsed("link keys", text);
    Map<String, byte[]> keys = new HashMap<>();
    tree.path("keys").forEachEntry((id, key) -> keys.put(id, bytes("link keys", key)));
    return new LinkKeys(tree.path("current").asText(), keys);
  }

  /**
   * Reads the key that signs decisions.
   *
   * @throws IllegalArgumentException says what is wrong, and shows no key
   */
  public static DecisionSigner signer(String text) {
    JsonNode tree = parsed("decision key", text);
    try {
      var spec = new PKCS8EncodedKeySpec(bytes("decision key", tree.path("key")));
      return new DecisionSigner(
          tree.path("id").asText(), KeyFactory.getInstance("Ed25519").generatePrivate(spec));
    } catch (GeneralSecurityException wrong) {
      throw new IllegalArgumentException("decision key: key must be an Ed25519 key as PKCS #8");
    }
  }

  /**
   * Reads the keys that decisions may be signed with.
   *
   * @throws IllegalArgumentException says what is wrong
   */
  public static DecisionKeys decisionKeys(String text) {
    Map<String, PublicKey> keys = new HashMap<>();
    parsed("decision keys", text)
        .path("keys")
        .forEachEntry((id, key) -> keys.put(id, publicKey(id, key)));
    return new DecisionKeys(keys);
  }

  private static PublicKey publicKey(String id, JsonNode key) {
    try {
      return KeyFactory.getInstance("Ed25519")
          .generatePublic(new X509EncodedKeySpec(bytes("decision keys", key)));
    } catch (GeneralSecurityException wrong) {
      throw new IllegalArgumentException(
          "decision keys: %s must be an Ed25519 public key as X.509".formatted(id));
    }
  }

  private static JsonNode parsed(String what, String text) {
    try {
      return Json.parse(text);
    } catch (Json.MalformedJson malformed) {
      throw new IllegalArgumentException(what + ": must be JSON");
    }
  }

  private static byte[] bytes(String what, JsonNode key) {
    try {
      return Base64.getDecoder().decode(key.asText());
    } catch (IllegalArgumentException notBase64) {
      throw new IllegalArgumentException(what + ": a key must be base64");
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
