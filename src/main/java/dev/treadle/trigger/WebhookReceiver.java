package dev.treadle.trigger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.CanonicalJson;
import dev.treadle.Json;
import dev.treadle.TaskId;
import dev.treadle.Violation;
import dev.treadle.engine.Defaults;
import dev.treadle.engine.StartAnswer;
import dev.treadle.engine.Starter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Starts a task for each delivery of a webhook, once however often the sender repeats it.
 *
 * <p>Nothing is parsed before the signature over the raw bytes is good. The task is named by the
 * source and the delivery's id, so the task itself is the guard against replays, and for as long as
 * it is kept.
 */
public final class WebhookReceiver {
  private static final Pattern PLAIN_ID = Pattern.compile("[A-Za-z0-9_-]{1,60}");
  private static final Pattern JSON_TYPE =
      Pattern.compile("application/([a-z.-]+\\+)?json( *; *charset=\"?utf-8\"?)?");
  private final Map<String, WebhookSource> sources = new TreeMap<>();
  private final Function<String, Optional<String>> secrets;
  private final Starter starter;

  /**
   * A receiver.
   *
   * @param secrets values by name, asked at each delivery so that a rotation is seen
   */
  public WebhookReceiver(
      Collection<WebhookSource> sources,
      Function<String, Optional<String>> secrets,
      Starter starter) {
    sources.forEach(source -> this.sources.put(source.name(), source));
    this.secrets = secrets;
    this.starter = starter;
  }

  public WebhookAnswer receive(String name, WebhookRequest request, Instant now) {
    WebhookSource source = sources.get(name);
    if (source == null) {
      return WebhookAnswer.problem(404, "unknown_source", "no webhook has this address");
    }
    if (request.bytes() > Defaults.INPUT_BYTES_MAX) {
      return WebhookAnswer.problem(
          413,
          "body_too_large",
          "the body must be at most %d bytes, was %d"
              .formatted(Defaults.INPUT_BYTES_MAX, request.bytes()));
    }
    List<String> known = known(source);
    if (known.size() < source.secrets().size()) {
      // A sender tries again later; a delivery that cannot be judged is neither good nor forged.
      return WebhookAnswer.problem(
          503, "secret_missing", "a secret of this webhook is missing or unreadable");
    }
    return switch (source.scheme().verify(request, known, now)) {
      case WebhookScheme.Forged(String why) -> WebhookAnswer.problem(401, "signature_invalid", why);
      case WebhookScheme.Verified(String deliveryId) -> read(source, deliveryId, request);
    };
  }

  private List<String> known(WebhookSource source) {
    List<String> known = new ArrayList<>();
    for (String secret : source.secrets()) {
      secrets.apply(secret).filter(source.scheme()::isKey).ifPresent(known::add);
    }
    return known;
  }

  private WebhookAnswer read(WebhookSource source, String deliveryId, WebhookRequest request) {
    String type = request.header("content-type").orElse("").strip().toLowerCase(Locale.ROOT);
    if (!JSON_TYPE.matcher(type).matches()) {
      return WebhookAnswer.problem(
          415, "not_json", "content-type must be application/json in UTF-8, was \"" + type + '"');
    }
    String encoding = request.header("content-encoding").orElse("identity");
    if (!encoding.equalsIgnoreCase("identity")) {
      return WebhookAnswer.problem(
          415, "compressed", "content-encoding must be absent, was \"" + encoding + '"');
    }
    try {
      return start(source, deliveryId, Json.parse(text(request)));
    } catch (CharacterCodingException notText) {
      return WebhookAnswer.problem(400, "body_malformed", "the body must be UTF-8");
    } catch (Json.MalformedJson malformed) {
      return WebhookAnswer.problem(
          400, "body_malformed", "the body must be JSON: " + malformed.getMessage());
    }
  }

  /** Unlike {@code new String}, refuses bytes that are no text instead of replacing them. */
  private static String text(WebhookRequest request) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(request.body())).toString();
  }

  private WebhookAnswer start(WebhookSource source, String deliveryId, JsonNode event) {
    TaskId id = taskId(source, deliveryId);
    ObjectNode request = Json.object();
    request.put("task_id", id.value()).put("task_type", source.agent());
    request.put("triggered_by", "webhook:" + source.name());
    request.set("input_data", source.input().input(event));
    return switch (starter.start(request)) {
      case StartAnswer.Started _, StartAnswer.Existing _ -> WebhookAnswer.accepted(id);
      case StartAnswer.Refused(List<Violation> violations) ->
          isTaken(violations)
              ? WebhookAnswer.problem(409, "delivery_changed", violations)
              : WebhookAnswer.problem(422, "input_invalid", violations);
    };
  }

  /** The id is ours and legal, so all that can be wrong with it is what it stood for before. */
  private static boolean isTaken(List<Violation> violations) {
    return violations.stream().anyMatch(violation -> violation.field().equals("task_id"));
  }

  /** Readable where the delivery's id allows; the other form has a colon that no such id has. */
  private static TaskId taskId(WebhookSource source, String deliveryId) {
    String part =
        PLAIN_ID.matcher(deliveryId).matches()
            ? deliveryId
            : "sha256:" + CanonicalJson.sha256(deliveryId).substring(0, 32);
    return new TaskId(source.name() + ":" + part);
  }
}
