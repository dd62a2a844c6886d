package dev.treadle.approval;

import dev.treadle.Violation;
import dev.treadle.engine.AnswerBook;
import dev.treadle.engine.Approval;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.JournalItem.Note;
import dev.treadle.engine.TaskStore;
import java.util.List;
import java.util.Optional;

/** What people have said that looks wrong about a question, without deciding it. */
final class Reports {
  static final int WORDS_CHARS_MAX = 500;

  /** A link must not be a pen that fills the journal. */
  static final int REPORTS_MAX = 10;

  private final Approval question;
  private final List<Note> made;

  private Reports(Approval question, List<Note> made) {
    this.question = question;
    this.made = made;
  }

  static Reports about(Approval question, TaskStore store) {
    return new Reports(
        question,
        store.journal(question.taskId(), JournalItem.firstKey(question.iteration())).stream()
            .filter(Note.class::isInstance)
            .map(Note.class::cast)
            .filter(note -> note.event().equals(Note.REPORTED))
            .filter(note -> note.question().equals(Optional.of(question.id())))
            .toList());
  }

  /** The same form came twice. */
  boolean hold(String by, String words) {
    String text = AnswerBook.reportOf(question, words);
    return made.stream().anyMatch(note -> note.by().equals(by) && note.text().equals(text));
  }

  Optional<Violation> objection(String words) {
    if (words.isBlank()) return refused("Say what looks wrong.");
    if (words.length() > WORDS_CHARS_MAX) {
      return refused("Say it in at most %d characters.".formatted(WORDS_CHARS_MAX));
    }
    return made.size() < REPORTS_MAX
        ? Optional.empty()
        : refused("This was reported %d times already.".formatted(REPORTS_MAX));
  }

  private static Optional<Violation> refused(String rule) {
    return Optional.of(new Violation("words", rule));
  }
}
