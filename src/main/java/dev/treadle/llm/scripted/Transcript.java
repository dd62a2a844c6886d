package dev.treadle.llm.scripted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.treadle.Json;
import dev.treadle.Turn.CallReply;
import dev.treadle.llm.Message;
import dev.treadle.llm.Tagged;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A conversation as a script sees it: the input, working memory, and results by tool. */
record Transcript(List<Message> messages) {
  private static final Pattern NO_LONGER_WHOLE =
      Pattern.compile("(?s).* \\[(cut|shortened): \\d+ of \\d+ characters[^\\[\\]]*]");

  /** The conversation before its message number {@code index}. */
  Transcript before(int index) {
    return new Transcript(messages.subList(0, index));
  }

  Optional<JsonNode> input() {
    return newest(Tagged.TASK_INPUT);
  }

  /** Working memory as it is now; the loop tells it whole once, and then how it changes. */
  JsonNode memory() {
    ObjectNode memory = Json.object();
    for (String text : texts().toList()) {
      if (Tagged.WORKING_MEMORY.unwrap(text).orElse(null) instanceof ObjectNode whole) {
        memory = whole;
      } else if (Tagged.MEMORY_CHANGE.unwrap(text).orElse(null) instanceof ObjectNode patch) {
        memory = Json.mergePatch(memory, patch);
      }
    }
    return memory;
  }

  private Optional<JsonNode> newest(Tagged kind) {
    return texts().map(kind::unwrap).flatMap(Optional::stream).reduce((_, last) -> last);
  }

  /** Whether the newest result of a tool failed; empty when it has none. */
  Optional<Boolean> newestFailed(String tool) {
    return replies(tool).map(CallReply::isError).reduce((_, last) -> last);
  }

  List<String> successes(String tool) {
    List<String> texts = new ArrayList<>();
    replies(tool).filter(reply -> !reply.isError()).forEach(reply -> texts.add(reply.text()));
    return texts;
  }

  /** A result as the tool gave it; empty when the loop has shortened it. */
  static Optional<JsonNode> parsed(String result) {
    if (NO_LONGER_WHOLE.matcher(result).matches()) return Optional.empty();
    if (result.isBlank()) return Optional.of(TextNode.valueOf(result));
    try {
      return Optional.of(Json.parse(result));
    } catch (Json.MalformedJson plain) {
      // The loop shows an output that is a string without its quotes.
      return Optional.of(TextNode.valueOf(result));
    }
  }

  private Stream<CallReply> replies(String tool) {
    return heard()
        .flatMap(message -> message.results().stream())
        .filter(reply -> reply.tool().equals(tool) && !reply.pending());
  }

  private Stream<String> texts() {
    return heard().flatMap(message -> message.texts().stream());
  }

  private Stream<Message.ToModel> heard() {
    return messages.stream()
        .flatMap(message ->
            switch (message) {
              case Message.ToModel told -> Stream.of(told);
              case Message.FromModel _ -> Stream.empty();
            });
  }
}
