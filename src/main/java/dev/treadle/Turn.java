package dev.treadle;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * One exchange with the model: what it answered, what its calls brought, and what the loop told it.
 *
 * @param answer the model's answer as the executor recorded it
 * @param results the text that the model reads for each call, in the order asked
 * @param notices what the loop tells the model before its next answer
 * @param mutations what happened to working memory, one JSON Merge Patch after the other
 * @param contextTokens how long the conversation was with this answer, as the provider counted;
 *     zero when nobody counted, or something before it has changed since
 */
public record Turn(
    int iteration,
    JsonNode answer,
    List<CallReply> results,
    List<String> notices,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ObjectNode> mutations,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) long contextTokens) {
  /**
   * The reply to one call.
   *
   * @param pending the result is still owed; {@code text} says that it waits
   */
  public record CallReply(
      String callId, String tool, boolean isError, boolean pending, String text) {}

  @SuppressWarnings("ConstantValue") // What is stored leaves out what is empty.
  public Turn {
    results = List.copyOf(results);
    notices = List.copyOf(notices);
    mutations = mutations == null ? List.of() : List.copyOf(mutations);
  }

  /** The same turn with a reply that was owed. */
  public Turn answered(CallReply reply) {
    List<CallReply> replaced = new ArrayList<>();
    for (CallReply each : results) {
      replaced.add(each.pending() && each.callId().equals(reply.callId()) ? reply : each);
    }
    return withResults(replaced);
  }

  public Turn withResults(List<CallReply> replaced) {
    return new Turn(iteration, answer, replaced, notices, mutations, contextTokens);
  }

  /** The same turn, of which the loop has more to tell. */
  public Turn withMore(List<String> newNotices, ObjectNode mutation) {
    List<String> told = new ArrayList<>(notices);
    told.addAll(newNotices);
    List<ObjectNode> patches = new ArrayList<>(mutations);
    if (!mutation.isEmpty()) patches.add(mutation);
    return new Turn(iteration, answer, results, told, patches, contextTokens);
  }

  /** The same turn after something before it has changed. */
  public Turn uncounted() {
    return new Turn(iteration, answer, results, notices, mutations, 0);
  }
}
