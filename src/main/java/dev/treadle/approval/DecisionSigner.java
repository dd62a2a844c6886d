package dev.treadle.approval;

import dev.treadle.engine.Decision;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;

/**
 * Signs decisions with Ed25519. Only the approval side has one; the loop has {@link DecisionKeys}.
 *
 * @param keyId under which the public half is known
 */
public record DecisionSigner(String keyId, PrivateKey key) {
  public DecisionSigner {
    if (!LinkKeys.LEGAL_ID.matcher(keyId).matches()) {
      throw new IllegalArgumentException("decision key: illegal id \"" + keyId + '"');
    }
  }

  Decision sign(Decision decision) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initSign(key);
      signature.update(decision.payload().getBytes(StandardCharsets.UTF_8));
      return decision.signed(
          Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign()));
    } catch (GeneralSecurityException unusable) {
      throw new IllegalStateException(
          "decision key " + keyId + " cannot sign; nothing was recorded", unusable);
    }
  }

  @Override
  public String toString() {
    return "DecisionSigner[" + keyId + "]";
  }
}
