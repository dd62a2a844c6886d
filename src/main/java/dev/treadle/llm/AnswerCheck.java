package dev.treadle.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.ToolCall;
import dev.treadle.Turn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Decides whether an answer as a whole can be recorded, replayed to the model and acted upon. */
final class AnswerCheck {
  static final int CALLS_MAX = 32;
  private static final int EXCERPT_CHARS_MAX = 2_000;
  private static final Pattern LEGAL_ID = Pattern.compile("[!-~]{1,128}");
  private static final Pattern LEGAL_NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  sealed interface Finding {}

  /**
   * The answer is recorded as it is.
   *
   * @param calls in the order asked; each may still be refused for itself
   * @param cut the id of the call in the middle of which the answer ended
   */
  record Sound(List<ToolCall> calls, Optional<String> cut) implements Finding {}

  /**
   * None of it is acted upon.
   *
   * @param why continues "the answer …"
   * @param excerpt a small and safe answer to record in its place
   */
  record Unsound(String why, ObjectNode excerpt) implements Finding {}

  private final List<ToolCall> calls = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();

  private AnswerCheck(List<Turn> turns) {
    turns.forEach(turn -> turn.results().forEach(result -> ids.add(result.callId())));
  }

  /**
   * Checks an answer.
   *
   * @param earlier the exchanges before it, whose call ids are taken
   */
  static Finding of(JsonNode answer, List<Turn> earlier) {
    AnswerCheck check = new AnswerCheck(earlier);
    return TreeCheck.problem(answer)
        .or(() -> stopped(answer))
        .or(() -> check.blocks(answer))
        .<Finding>map(why -> new Unsound(why, excerpt(answer)))
        .orElseGet(() -> new Sound(check.calls, cut(answer)));
  }

  private static Optional<String> stopped(JsonNode answer) {
    return switch (StopReason.of(answer)) {
      case REFUSED -> Optional.of("was refused by the rules of the model's provider");
      case MALFORMED -> Optional.of("is malformed, as its provider says");
      case FINISHED, CUT, PAUSED -> Optional.empty();
    };
  }

  /** What is left of the last call may look complete: a mail without its second half. */
  private static Optional<String> cut(JsonNode answer) {
    JsonNode content = answer.path("content");
    JsonNode last = content.path(content.size() - 1);
    boolean isCall = last.path("type").asText().equals("tool_use");
    return StopReason.of(answer) == StopReason.CUT && isCall
        ? Optional.of(last.path("id").asText())
        : Optional.empty();
  }

  private Optional<String> blocks(JsonNode answer) {
    if (!answer.isObject()) return Optional.of("is not an object");
    if (!answer.path("content").isArray()) return Optional.of("has no array named content");
    int index = 0;
    for (JsonNode block : answer.path("content")) {
      String place = "/content/" + index++;
      Optional<String> problem = block(block).map(why -> "is illegal at " + place + ": " + why);
      if (problem.isPresent()) return problem;
    }
    return calls.size() > CALLS_MAX
        ? Optional.of("asks for %d calls, at most %d are legal".formatted(calls.size(), CALLS_MAX))
        : Optional.empty();
  }

  private Optional<String> block(JsonNode block) {
    if (!block.isObject()) return Optional.of("a block must be an object");
    if (!block.path("type").isTextual()) return Optional.of("a block must have a type");
    return switch (block.path("type").textValue()) {
      case "text" ->
          block.path("text").isTextual()
              ? Optional.empty()
              : Optional.of("a text block must have a text");
      case "tool_use" -> call(block);
      default -> Optional.empty();
    };
  }

  private Optional<String> call(JsonNode block) {
    JsonNode id = block.path("id");
    JsonNode name = block.path("name");
    if (!id.isTextual() || !LEGAL_ID.matcher(id.textValue()).matches()) {
      return Optional.of("a call must have an id of 1 to 128 visible ASCII characters");
    }
    if (!name.isTextual() || !LEGAL_NAME.matcher(name.textValue()).matches()) {
      return Optional.of("a call must name its tool in 1 to 64 of a-z A-Z 0-9 _ -");
    }
    if (!ids.add(id.textValue())) {
      return Optional.of("the call id %s is already taken".formatted(id.textValue()));
    }
    JsonNode arguments = block.has("input") ? block.get("input") : NullNode.instance;
    calls.add(new ToolCall(id.textValue(), name.textValue(), arguments));
    return Optional.empty();
  }

  private static ObjectNode excerpt(JsonNode answer) {
    StringBuilder text = new StringBuilder();
    if (answer.isTextual()) append(answer.textValue(), text);
    for (JsonNode block : answer.path("content")) {
      if (block.path("text").isTextual()) append(block.path("text").textValue(), text);
    }
    if (text.toString().isBlank()) text.append("(an answer without readable text)");
    ObjectNode recorded = Json.object();
    if (StopReason.of(answer) == StopReason.REFUSED) {
      // A model that reads what it was refused for is refused again: the journal alone keeps it.
      recorded.putArray("content");
      return recorded.put("refused", text.toString()).put("stop_reason", "refusal");
    }
    recorded.putArray("content").addObject().put("type", "text").put("text", text.toString());
    return recorded.put("stop_reason", "unreadable");
  }

  private static void append(String source, StringBuilder text) {
    for (int i = 0; i < source.length() && text.length() < EXCERPT_CHARS_MAX; ) {
      int character = source.codePointAt(i);
      boolean isPlain = character >= ' ' || character == '\n' || character == '\t';
      boolean isHalf = character <= Character.MAX_VALUE && Character.isSurrogate((char) character);
      text.appendCodePoint(isPlain && !isHalf ? character : 0xFFFD);
      i += Character.charCount(character);
    }
  }
}
