package dev.treadle.llm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import dev.treadle.StepInput;
import dev.treadle.Turn;
import java.util.List;

/**
 * How many tokens a model has to read: as its provider counted with its last answer, and an
 * estimate of what came since.
 */
final class ContextSize {
  /** In English a token has four letters, in JSON three, and in most scripts one of three bytes. */
  private static final int BYTES_PER_TOKEN = 3;

  private ContextSize() {}

  static long tokens(StepInput input, ModelRequest request) {
    List<Turn> turns = input.turns();
    for (int i = turns.size() - 1; i >= 0; i--) {
      Turn counted = turns.get(i);
      if (counted.contextTokens() == 0) continue;
      long since = told(counted);
      for (Turn later : turns.subList(i + 1, turns.size())) since += tokens(later);
      return counted.contextTokens() + since;
    }
    return estimate(request);
  }

  /** A turn without anything before it. */
  static long tokens(Turn turn) {
    return tokens(turn.answer()) + told(turn);
  }

  private static long told(Turn turn) {
    return turn.results().stream().mapToLong(result -> tokens(result.text())).sum()
        + turn.notices().stream().mapToLong(ContextSize::tokens).sum()
        + turn.mutations().stream().mapToLong(ContextSize::tokens).sum();
  }

  static long estimate(ModelRequest request) {
    long tokens = tokens(request.system());
    for (ModelRequest.ToolSpec tool : request.tools()) {
      tokens += tokens(tool.name()) + tokens(tool.description()) + tokens(tool.input());
    }
    for (Message message : request.messages()) {
      tokens +=
          switch (message) {
            case Message.FromModel(var content) ->
                content.stream().mapToLong(ContextSize::tokens).sum();
            case Message.ToModel(var results, var texts) ->
                results.stream().mapToLong(result -> tokens(result.text())).sum()
                    + texts.stream().mapToLong(ContextSize::tokens).sum();
          };
    }
    return tokens;
  }

  private static long tokens(JsonNode tree) {
    return tokens(Json.write(tree));
  }

  static long tokens(String text) {
    long bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : Character.isSurrogate(c) ? 2 : 3;
    }
    return Math.ceilDiv(bytes, BYTES_PER_TOKEN);
  }
}
