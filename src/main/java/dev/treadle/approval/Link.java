package dev.treadle.approval;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import dev.treadle.TaskId;
import java.util.Optional;

/**
 * One person's way to one question, as the token in a message carries it: sealed by {@link
 * LinkKeys}, so that junk is refused before anything is read, and only good together with the
 * {@link StoredLink} that the notifier kept.
 *
 * @param argumentsDigest of the action that the link was made for
 * @param secret 256 random bits in hex; kept nowhere but in the message
 */
public record Link(
    TaskId taskId, String approvalId, String approver, String argumentsDigest, String secret) {
  private static final int TOKEN_CHARS_MAX = 2_000;

  String token(LinkKeys keys) {
    var payload = Json.object().put("t", taskId.value()).put("a", approvalId).put("p", approver);
    return keys.seal(Json.write(payload.put("d", argumentsDigest).put("s", secret)));
  }

  /** Empty for whatever these keys did not seal. */
  public static Optional<Link> read(String token, LinkKeys keys) {
    if (token.length() > TOKEN_CHARS_MAX) return Optional.empty();
    return keys.open(token).flatMap(Link::parsed);
  }

  private static Optional<Link> parsed(String payload) {
    try {
      JsonNode tree = Json.parse(payload);
      // A page nonce is sealed with the same keys and is no link.
      if (!tree.path("s").isTextual()) return Optional.empty();
      return Optional.of(
          new Link(
              new TaskId(tree.path("t").asText()),
              tree.path("a").asText(),
              tree.path("p").asText(),
              tree.path("d").asText(),
              tree.path("s").asText()));
    } catch (Json.MalformedJson | IllegalArgumentException notLink) {
      return Optional.empty();
    }
  }

  /** Leaves the secret out, for logs. */
  @Override
  public String toString() {
    return "Link[%s, %s, %s]".formatted(taskId, approvalId, approver);
  }
}
