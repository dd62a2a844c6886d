package dev.treadle.approval;

import dev.treadle.engine.Decision;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import java.util.Map;

/**
 * The public keys that decisions may be signed with, by id; a retired key is one that is not
 * listed.
 */
public record DecisionKeys(Map<String, PublicKey> byId) {
  public DecisionKeys {
    byId = Map.copyOf(byId);
  }

  /** Whether a listed key signed exactly this decision. The algorithm is the key's. */
  boolean verify(Decision decision) {
    PublicKey key = byId.get(decision.keyId());
    String given = decision.signature();
    if (key == null || given == null) return false;
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initVerify(key);
      signature.update(decision.payload().getBytes(StandardCharsets.UTF_8));
      return signature.verify(Base64.getUrlDecoder().decode(given));
    } catch (GeneralSecurityException | IllegalArgumentException unreadable) {
      return false; // Not a signature at all, or of a key of another kind.
    }
  }
}
