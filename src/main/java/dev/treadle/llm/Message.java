package dev.treadle.llm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Turn;
import java.util.List;

/** One side's part of a conversation; the two kinds alternate, beginning with the loop's. */
public sealed interface Message {
  /**
   * What the model answered.
   *
   * @param content its blocks as it gave them, at least one
   */
  record FromModel(List<JsonNode> content) implements Message {
    public FromModel {
      content = List.copyOf(content);
    }
  }

  /**
   * What the loop tells the model.
   *
   * @param results one for every call of the message before, in the same order
   * @param texts read after the results
   */
  record ToModel(List<Turn.CallReply> results, List<String> texts) implements Message {
    public ToModel {
      results = List.copyOf(results);
      texts = List.copyOf(texts);
    }
  }
}
