package dev.treadle.web;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a person may answer, with the marks that tie the answer to what they saw.
 *
 * @param marks travel with the answer, unseen
 * @param question what is being decided
 * @param problems what was wrong with the last answer; empty on a fresh page
 */
public record Form(Marks marks, Question question, List<Problem> problems, Entered entered) {
  public Form {
    problems = List.copyOf(problems);
  }

  /**
   * Ties an answer to one page.
   *
   * @param nonce fits one answer
   * @param deadline as the page shows it, and so the votes
   */
  public record Marks(
      String token, String nonce, long version, String digest, Instant deadline, int votes) {}

  /** The kinds of question that a page can ask. */
  public sealed interface Question {
    default boolean isApproval() {
      return this instanceof Approval;
    }

    default boolean isOutcome() {
      return this instanceof Outcome;
    }
  }

  /**
   * May this be done?
   *
   * @param sentence the action, as it goes on after "Approve:"
   * @param confirm what to type before it may be approved; empty when a tick is enough
   * @param isIrreversible whether the tick is about that
   * @param needsReason whether a rejection must say why
   * @param editable what may be changed
   * @param presets ready reasons for a rejection
   */
  public record Approval(
      String sentence,
      Optional<String> confirm,
      boolean isIrreversible,
      boolean needsReason,
      List<Editable> editable,
      List<String> presets)
      implements Question {
    public Approval {
      editable = List.copyOf(editable);
      presets = List.copyOf(presets);
    }

    public boolean mayEdit() {
      return !editable.isEmpty();
    }
  }

  /** Did this happen? */
  public record Outcome(boolean mayRunAgain) implements Question {}

  /** A value that may be changed before it is approved. */
  public record Editable(String name, String value, boolean isLong) {}

  /** A field that broke a rule. */
  public record Problem(String field, String rule) {}

  /** What the person had typed, so that a refused answer loses nothing. */
  public record Entered(String comment, String reason, String confirm) {
    public static final Entered NOTHING = new Entered("", "", "");
  }
}
