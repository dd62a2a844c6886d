package dev.treadle.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.ContextSummary;
import dev.treadle.Json;
import dev.treadle.TaskId;
import dev.treadle.Usage;
import dev.treadle.engine.JournalItem;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StepMarksTest {
  private static final JournalItem.Entry BEFORE = entry(11, 41_300, null);
  private static final JournalItem.Entry AFTER = entry(13, 6_100, null);

  @Test
  void aSummarySaysHowMuchTheModelReadBeforeItAndAfterIt() {
    JournalItem.Entry summary = entry(12, 38_000, summary(10));

    assertThat(new StepMarks(List.of(BEFORE, summary, AFTER)).of(summary, List.of()))
        .containsExactly("summarised up to iteration 10, 41k → 6k tokens");
  }

  @Test
  void whatASummarySavedIsNotSaidBeforeTheModelWasAskedAgain() {
    JournalItem.Entry summary = entry(12, 38_000, summary(10));

    assertThat(new StepMarks(List.of(BEFORE, summary)).of(summary, List.of()))
        .containsExactly("summarised up to iteration 10");
  }

  @Test
  void aSummaryThatWasRejectedSavedNothing() {
    JournalItem.Entry rejected =
        entry(12, 38_000, new JournalItem.Summary(0, null, "it forgot a fact"));

    assertThat(new StepMarks(List.of(BEFORE, rejected, AFTER)).of(rejected, List.of()))
        .containsExactly("summary rejected");
  }

  private static JournalItem.Summary summary(int upTo) {
    ContextSummary content = new ContextSummary("look", List.of(), List.of(), List.of(), List.of());
    return new JournalItem.Summary(upTo, content, null);
  }

  private static JournalItem.Entry entry(
      int iteration, long inputTokens, JournalItem.@Nullable Summary summary) {
    return new JournalItem.Entry(
        JournalItem.SCHEMA,
        new TaskId("t-1"),
        iteration,
        Instant.parse("2026-03-02T09:00:00Z"),
        null,
        1,
        null,
        Json.object(),
        List.of(),
        Json.object(),
        null,
        new Usage(inputTokens, 40, 0),
        List.of(),
        List.of(),
        null,
        null,
        null,
        summary,
        "");
  }
}
