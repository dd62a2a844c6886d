package dev.treadle.lambda;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether the claims of a token are those of a person whom this deployment serves. The gateway has
 * checked the signature; a route that somebody forgot to put behind it brings no claims, and so
 * nobody in.
 *
 * @param issuer as the claim {@code iss} must say it
 * @param audience one of {@code aud}, or the {@code client_id} of a token without an audience
 */
record TokenCheck(String issuer, String audience) {
  private static final int PERSON_CHARS_MAX = 100;

  /** Who the token is about; empty for a token that is not for us. */
  Optional<String> person(Map<String, String> claims, Instant now) {
    if (!issuer.equals(claims.get("iss")) || !isForUs(claims) || !isLive(claims, now)) {
      return Optional.empty();
    }
    return Optional.ofNullable(claims.get("sub"))
        .filter(person -> !person.isBlank() && person.length() <= PERSON_CHARS_MAX);
  }

  private boolean isForUs(Map<String, String> claims) {
    String given = claims.getOrDefault("aud", claims.getOrDefault("client_id", ""));
    // The gateway writes a list as [one two].
    String list =
        given.startsWith("[") && given.endsWith("]")
            ? given.substring(1, given.length() - 1)
            : given;
    return List.of(list.split("[ ,]+", -1)).contains(audience);
  }

  private static boolean isLive(Map<String, String> claims, Instant now) {
    String end = claims.getOrDefault("exp", "");
    return end.matches("[0-9]{1,12}") && now.isBefore(Instant.ofEpochSecond(Long.parseLong(end)));
  }
}
