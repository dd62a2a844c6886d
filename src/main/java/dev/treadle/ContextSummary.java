package dev.treadle;

import java.util.List;

/**
 * What a model keeps of turns that it will no longer read: written by the model, checked by the
 * executor, and stored like everything else.
 */
public record ContextSummary(
    @Description("what the task is to achieve, in one or two sentences") String goal,
    @Description("what was found out, with the numbers and names") List<Fact> facts,
    @Description("what was decided or done, and why") List<String> decisions,
    @Description("what is still to be found out or done") List<String> openQuestions,
    @Description("what was tried and did not work") List<String> failedAttempts) {
  /** A fact. */
  public record Fact(
      String fact,
      @Description("where it comes from: a tool call, the task input") String source) {}

  public ContextSummary {
    facts = List.copyOf(facts);
    decisions = List.copyOf(decisions);
    openQuestions = List.copyOf(openQuestions);
    failedAttempts = List.copyOf(failedAttempts);
  }
}
