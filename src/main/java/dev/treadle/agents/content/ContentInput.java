package dev.treadle.agents.content;

import dev.treadle.Description;
import java.util.List;

/** What starts the agent. */
public record ContentInput(
    String topic,
    @Description("For whom it is written") String readers,
    @Description("All that may be claimed, a sentence each") List<String> facts) {
  public ContentInput {
    facts = List.copyOf(facts);
  }
}
