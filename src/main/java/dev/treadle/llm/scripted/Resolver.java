package dev.treadle.llm.scripted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.treadle.Json;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/**
 * Puts values in the place of references.
 *
 * @param item the element of {@code for_each}, inside one
 */
record Resolver(Transcript transcript, int repetition, @Nullable JsonNode item) {
  /** A reference that names nothing in this conversation. */
  static final class Unresolvable extends Exception {
    private static final long serialVersionUID = 1L;

    Unresolvable(String reference, String why) {
      super(reference + " " + why);
    }
  }

  Resolver withItem(JsonNode element) {
    return new Resolver(transcript, repetition, element);
  }

  ObjectNode object(ObjectNode tree) throws Unresolvable {
    ObjectNode resolved = Json.object();
    for (var field : tree.properties()) resolved.set(field.getKey(), tree(field.getValue()));
    return resolved;
  }

  private JsonNode tree(JsonNode tree) throws Unresolvable {
    if (tree instanceof ObjectNode object) return object(object);
    if (tree instanceof ArrayNode array) {
      ArrayNode resolved = Json.array();
      for (JsonNode element : array) resolved.add(tree(element));
      return resolved;
    }
    return tree.isTextual() ? string(tree.textValue()) : tree;
  }

  /** A string that is nothing but a reference becomes its value, of whatever type. */
  JsonNode string(String text) throws Unresolvable {
    Optional<Reference> whole = Reference.whole(text);
    return whole.isPresent() ? value(whole.get()) : TextNode.valueOf(text(text));
  }

  String text(String text) throws Unresolvable {
    StringBuilder filled = new StringBuilder();
    Matcher matcher = Reference.PATTERN.matcher(text);
    int rest = 0;
    while (matcher.find()) {
      JsonNode value = value(Reference.of(matcher));
      filled.append(text, rest, matcher.start());
      filled.append(value.isTextual() ? value.textValue() : value.toString());
      rest = matcher.end();
    }
    return filled.append(text, rest, text.length()).toString();
  }

  private JsonNode value(Reference reference) throws Unresolvable {
    return switch (reference.kind()) {
      case N -> IntNode.valueOf(repetition);
      case INPUT ->
          at(
              reference,
              transcript
                  .input()
                  .orElseThrow(
                      () -> new Unresolvable(reference.written(), "has no task input to look in")));
      case MEMORY -> at(reference, transcript.memory());
      case ITEM -> {
        if (item == null)
          throw new Unresolvable(reference.written(), "stands outside of a for_each");
        yield at(reference, item);
      }
      case RESULT -> {
        List<String> texts = transcript.successes(reference.tool());
        if (texts.isEmpty())
          throw new Unresolvable(reference.written(), "has no successful result yet");
        yield result(reference, texts.getLast());
      }
      case RESULTS -> {
        ArrayNode all = Json.array();
        for (String text : transcript.successes(reference.tool())) all.add(result(reference, text));
        yield all;
      }
    };
  }

  private static JsonNode result(Reference reference, String text) throws Unresolvable {
    JsonNode whole =
        Transcript.parsed(text)
            .orElseThrow(() ->
                new Unresolvable(
                    reference.written(),
                    "needs a result that the loop has shortened since; keep it in working memory"));
    return at(reference, whole);
  }

  private static JsonNode at(Reference reference, JsonNode value) throws Unresolvable {
    JsonNode found = value.at(reference.pointer());
    if (found.isMissingNode()) throw new Unresolvable(reference.written(), "is not there");
    return found;
  }
}
