package dev.treadle.llm.scripted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.Reserve;
import dev.treadle.Usage;
import dev.treadle.llm.Message;
import dev.treadle.llm.Model;
import dev.treadle.llm.ModelReply;
import dev.treadle.llm.ModelRequest;
import dev.treadle.llm.scripted.Scenario.Answer;
import dev.treadle.llm.scripted.Scenario.Call;
import dev.treadle.llm.scripted.Scenario.Fault;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Plays a {@link Scenario}.
 *
 * <p>Which answer is next follows from the conversation alone, so any worker can continue what
 * another one began. Faults are the exception: a fault that passes must be remembered somewhere,
 * and each instance counts its own, over all conversations.
 */
public final class ScriptedModel implements Model {
  private static final String REPORT_STEP = "report_step";

  private final Scenario scenario;
  private final Map<Integer, Integer> faultsPlayed = new ConcurrentHashMap<>();

  public ScriptedModel(Scenario scenario) {
    this.scenario = scenario;
  }

  @Override
  public Reserve reserveFor(long inputChars, int maxOutputTokens) {
    return scenario.reserve();
  }

  @Override
  public Origin origin() {
    return new Origin("script", scenario.name());
  }

  /** A script finds its place by the answers before, and so must see them all. */
  @Override
  public int windowTokens() {
    return Integer.MAX_VALUE;
  }

  @Override
  public ModelReply ask(ModelRequest request) {
    Transcript transcript = new Transcript(request.messages());
    Cursor cursor = new Cursor(scenario.lines());
    int answered = 0;
    for (int i = 0; i < request.messages().size(); i++) {
      if (!(request.messages().get(i) instanceof Message.FromModel)) continue;
      cursor.seek(transcript.before(i), _ -> true);
      cursor.play();
      answered++;
    }
    cursor.seek(transcript, this::isOver);
    if (cursor.isAtEnd()) {
      return refused("is at its end after %d answers".formatted(answered));
    }
    return switch (cursor.line()) {
      case Fault fault -> fault(fault);
      case Answer answer ->
          answer(answer, answered + 1, new Resolver(transcript, cursor.repetition(), null));
    };
  }

  private ModelReply refused(String why) {
    return new ModelReply.Refused("script %s %s".formatted(scenario.name(), why), true);
  }

  private boolean isOver(int line) {
    return scenario.lines().get(line) instanceof Fault fault
        && faultsPlayed.merge(line, 1, Integer::sum) > fault.times();
  }

  private static ModelReply fault(Fault fault) {
    return switch (fault.kind()) {
      case UNAVAILABLE -> new ModelReply.Unavailable(fault.why(), fault.retryAfter(), Usage.NONE);
      case REFUSED -> new ModelReply.Refused(fault.why(), false);
      case HOPELESS -> new ModelReply.Refused(fault.why(), true);
    };
  }

  private ModelReply answer(Answer answer, int position, Resolver resolver) {
    try {
      ArrayNode content = Json.array();
      if (answer.text().isPresent()) addText(content, resolver.text(answer.text().get()));
      if (answer.forEach().isEmpty()) {
        addCalls(content, answer.calls(), position, resolver);
      } else {
        for (JsonNode element : elements(answer.forEach().get(), resolver)) {
          addCalls(content, answer.calls(), position, resolver.withItem(element));
        }
      }
      if (answer.report().isPresent()) {
        addCall(content, REPORT_STEP, position, resolver.object(answer.report().get()));
      }
      // The script counts answers, and an empty one would not be in the conversation.
      if (content.isEmpty()) addText(content, "There is nothing to do here.");
      ObjectNode played = Json.object();
      played.set("content", content);
      boolean calls = content.get(content.size() - 1).has("input");
      return new ModelReply.Answered(
          played.put("stop_reason", calls ? "tool_use" : "end_turn"), answer.usage());
    } catch (Resolver.Unresolvable unresolvable) {
      return refused("cannot play answer %d: %s".formatted(position, unresolvable.getMessage()));
    }
  }

  private static JsonNode elements(String reference, Resolver resolver)
      throws Resolver.Unresolvable {
    JsonNode array = resolver.string(reference);
    if (array.isArray()) return array;
    throw new Resolver.Unresolvable(reference, "must be an array for for_each");
  }

  private static void addText(ArrayNode content, String text) {
    if (!text.isBlank()) content.addObject().put("type", "text").put("text", text);
  }

  private static void addCalls(ArrayNode content, List<Call> calls, int position, Resolver resolver)
      throws Resolver.Unresolvable {
    for (Call call : calls) {
      addCall(content, call.tool(), position, resolver.object(call.arguments()));
    }
  }

  private static void addCall(ArrayNode content, String tool, int position, ObjectNode arguments) {
    String id = "call_%d_%d".formatted(position, content.size() + 1);
    content
        .addObject()
        .put("type", "tool_use")
        .put("id", id)
        .put("name", tool)
        .set("input", arguments);
  }
}
