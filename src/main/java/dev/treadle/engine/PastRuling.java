package dev.treadle.engine;

import dev.treadle.Gate;
import dev.treadle.Judgement;
import dev.treadle.Severity;
import dev.treadle.TaskId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was ruled about an action of the past, and what the policy of today says about it.
 *
 * @param iteration that proposed it
 * @param now absent when no agent of that name is deployed any more, so that nobody can say
 */
public record PastRuling(
    TaskId taskId,
    String agent,
    int iteration,
    String actionKey,
    String tool,
    Ruled then,
    @Nullable Ruled now) {
  /** What is to be done about an action, in a word. */
  public enum Word {
    ALLOW,
    ASK,
    DENY
  }

  /**
   * One ruling.
   *
   * @param severity of the question; absent unless people are asked, or if it was not kept
   * @param approvals how many must say yes; zero unless people are asked
   * @param ruleIds the rules that decided; of an action that was allowed then they were not kept
   */
  public record Ruled(
      Word word, @Nullable Severity severity, int approvals, List<String> ruleIds, String why) {
    public Ruled {
      ruleIds = List.copyOf(ruleIds);
    }

    static Ruled of(Judgement judgement) {
      List<String> ids = judgement.ruleIds();
      String why = judgement.why();
      return switch (judgement.ruling()) {
        case Gate.Ruling.Allow _ -> new Ruled(Word.ALLOW, null, 0, ids, why);
        case Gate.Ruling.Ask ask ->
            new Ruled(Word.ASK, ask.severity(), ask.quorum().needed(), ids, why);
        case Gate.Ruling.Deny _ -> new Ruled(Word.DENY, null, 0, ids, why);
      };
    }

    static Ruled of(Approval question) {
      Approval.Grounds grounds = question.grounds();
      int needed = question.terms().quorum().needed();
      return new Ruled(Word.ASK, grounds.severity(), needed, grounds.ruleIds(), grounds.why());
    }

    private boolean isLike(Ruled other) {
      return word == other.word && severity == other.severity && approvals == other.approvals;
    }
  }

  /** Whether more or less would be asked today. */
  public boolean differs() {
    return now != null && !then.isLike(now);
  }
}
