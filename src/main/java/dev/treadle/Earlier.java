package dev.treadle;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * What stands before the turns that are kept word for word.
 *
 * @param upTo the last iteration that the summary stands for; zero without one
 * @param memory working memory as it was after that iteration
 * @param triedIn the last iteration that was to make a summary, however it ended; zero for none
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record Earlier(int upTo, ObjectNode memory, Optional<ContextSummary> summary, int triedIn) {
  public static final Earlier NOTHING = new Earlier(0, Json.object(), Optional.empty(), 0);

  @SuppressWarnings("ConstantValue") // What is stored leaves out what is empty.
  public Earlier {
    memory = memory == null ? Json.object() : memory;
    summary = summary == null ? Optional.empty() : summary;
  }
}
