package dev.treadle.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whose claims open the console, and whose do not. */
class TokenCheckTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
  private static final String ISSUER = "https://sign-in.example.com";
  private final TokenCheck check = new TokenCheck(ISSUER, "treadle");

  private static Map<String, String> claims(String... changed) {
    Map<String, String> claims = new HashMap<>();
    claims.put("iss", ISSUER);
    claims.put("aud", "treadle");
    claims.put("sub", "ann");
    claims.put("exp", "1700000001");
    for (int i = 0; i < changed.length; i += 2) {
      if (changed[i + 1].isEmpty()) claims.remove(changed[i]);
      else claims.put(changed[i], changed[i + 1]);
    }
    return claims;
  }

  @Test
  void aTokenOfOurIssuerForOurAudienceIsAPersons() {
    assertThat(check.person(claims(), NOW)).contains("ann");
    assertThat(check.person(claims("aud", "[other treadle]"), NOW)).contains("ann");
    assertThat(check.person(claims("aud", "", "client_id", "treadle"), NOW)).contains("ann");
  }

  @Test
  void anyOtherTokenIsNobodys() {
    for (Map<String, String> claims :
        List.of(
            Map.<String, String>of(),
            claims("iss", ""),
            claims("iss", ISSUER + "/"),
            claims("iss", "https://sign-in.example.com.example.net"),
            claims("aud", ""),
            claims("aud", "treadle2"),
            claims("aud", "[treadle2 other]"),
            claims("aud", "other", "client_id", "treadle"),
            claims("sub", ""),
            claims("sub", " "),
            claims("sub", "x".repeat(101)),
            claims("exp", ""),
            claims("exp", "1700000000"),
            claims("exp", "soon"),
            claims("exp", "-1"))) {
      assertThat(check.person(claims, NOW)).as(claims.toString()).isEmpty();
    }
  }
}
