package dev.treadle.llm.scripted;

import dev.treadle.llm.scripted.Scenario.Answer;
import dev.treadle.llm.scripted.Scenario.Line;
import dev.treadle.llm.scripted.Scenario.When;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/** A place in a script that moves forward only, by what a conversation shows. */
final class Cursor {
  private final List<Line> lines;
  private int index;
  private int played;

  Cursor(List<Line> lines) {
    this.lines = lines;
  }

  boolean isAtEnd() {
    return index == lines.size();
  }

  Line line() {
    return lines.get(index);
  }

  /** How often the current line will have been played, this time included. */
  int repetition() {
    return played + 1;
  }

  /**
   * Moves to the next line that plays.
   *
   * @param isFaultOver whether the fault at this index has passed
   */
  void seek(Transcript before, IntPredicate isFaultOver) {
    while (!isAtEnd() && !plays(before, isFaultOver)) next();
  }

  private boolean plays(Transcript before, IntPredicate isFaultOver) {
    return switch (line()) {
      case Answer answer -> played < answer.repeat() && holds(answer.when(), before);
      case Scenario.Fault _ -> !isFaultOver.test(index);
    };
  }

  private static boolean holds(Optional<When> when, Transcript before) {
    return when.map(each -> before.newestFailed(each.tool()).equals(Optional.of(each.failed())))
        .orElse(true);
  }

  void play() {
    played++;
  }

  private void next() {
    index++;
    played = 0;
  }
}
