package dev.treadle;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * One exchange with the model: what it answered, what its calls brought, and what the loop told it.
 *
 * @param answer the model's answer as the executor recorded it
 * @param results the text that the model reads for each call, in the order asked
 * @param notices what the loop tells the model before its next answer
 */
public record Turn(int iteration, JsonNode answer, List<CallReply> results, List<String> notices) {
  /**
   * The reply to one call.
   *
   * @param pending the result is still owed; {@code text} says that it waits
   */
  public record CallReply(
      String callId, String tool, boolean isError, boolean pending, String text) {}

  public Turn {
    results = List.copyOf(results);
    notices = List.copyOf(notices);
  }

  /** The same turn with a reply that was owed. */
  public Turn answered(CallReply reply) {
    List<CallReply> replaced = new ArrayList<>();
    for (CallReply each : results) {
      replaced.add(each.pending() && each.callId().equals(reply.callId()) ? reply : each);
    }
    return new Turn(iteration, answer, replaced, notices);
  }
}
