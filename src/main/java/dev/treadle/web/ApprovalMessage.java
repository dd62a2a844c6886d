package dev.treadle.web;

import dev.treadle.Effect;
import dev.treadle.engine.Approval;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a person is told about a question, in plain text: enough to know whether to look now, and
 * one link to look. Never the arguments, and never a link that decides.
 *
 * @param subject one line
 * @param link to the page, with the person's own token
 */
public record ApprovalMessage(String subject, String body, String link) {
  private static final int SUBJECT_CHARS_MAX = 190;

  /** Why the message is sent. */
  public enum Occasion {
    ASKED("Your decision is asked for."),
    REMINDED("A reminder: nobody has decided yet, or not enough people have.");

    private final String words;

    Occasion(String words) {
      this.words = words;
    }
  }

  /**
   * Writes the message.
   *
   * @param site the address that pages have, without a slash at its end
   */
  public static ApprovalMessage of(
      Approval approval, Occasion occasion, String site, String token, Instant now) {
    String link = site + "/approvals/" + approval.id() + "#t=" + token;
    String title = title(approval);
    String subject =
        "[Approval] %s - expires %s".formatted(title, Times.clock(approval.expiresAt()));
    List<String> lines = new ArrayList<>();
    lines.add(title);
    lines.add("");
    lines.add(occasion.words);
    lines.add("");
    lines.add("Agent:       " + Legible.plain(approval.source().agent()));
    lines.add("Severity:    " + SheetWriter.weight(approval.grounds().severity()).words());
    lines.add("Reversible:  " + (isFinal(approval) ? "no, it cannot be undone" : "yes"));
    lines.add("Expires:     " + Times.of(approval.expiresAt()) + left(approval, now));
    lines.add("No answer:   " + SheetWriter.silence(approval));
    lines.add("");
    lines.add("Review it here:");
    lines.add(link);
    lines.add("");
    lines.add("The link is for you alone: whoever has it can decide. Opening it decides nothing.");
    lines.add("Request " + approval.id() + " of task " + approval.taskId());
    return new ApprovalMessage(cut(subject), String.join("\n", lines) + "\n", link);
  }

  private static String title(Approval approval) {
    String title = Legible.plain(approval.action().title());
    return switch (approval.kind()) {
      case ACTION -> title;
      case OUTCOME -> "Did this happen? " + title;
    };
  }

  private static boolean isFinal(Approval approval) {
    return approval.action().effect() == Effect.IRREVERSIBLE;
  }

  private static String left(Approval approval, Instant now) {
    String left = Times.left(now, approval.expiresAt());
    return left.isEmpty() ? "" : " (in " + left + ")";
  }

  private static String cut(String subject) {
    if (subject.length() <= SUBJECT_CHARS_MAX) return subject;
    String end = subject.substring(subject.lastIndexOf(" - expires "));
    return subject.substring(0, SUBJECT_CHARS_MAX - end.length() - 1) + "…" + end;
  }
}
