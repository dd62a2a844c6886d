package dev.treadle.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Finding;
import dev.treadle.Reason;
import dev.treadle.engine.SeriesRun;
import dev.treadle.local.ThreeWeeks.Morning;
import dev.treadle.local.ThreeWeeks.Person;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A report that would have said the same for three weeks. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ThreeWeeksTest {
  private final List<Morning> mornings = new ArrayList<>();
  private ThreeWeeks weeks;

  @BeforeAll
  void play(@TempDir Path folder) throws Exception {
    weeks = ThreeWeeks.in(folder);
    for (int day = 1; day <= ThreeWeeks.DAYS; day++) mornings.add(weeks.play(day));
  }

  @AfterAll
  void close() {
    weeks.close();
  }

  private Morning day(int day) {
    return mornings.get(day - 1);
  }

  private SeriesRun runOf(int day) {
    return weeks.runs().stream()
        .filter(run -> run.taskId().value().endsWith(day(day).date().toString()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void freshReportsLeaveWithoutAQuestion() {
    for (int day = 1; day < ThreeWeeks.REDESIGN_DAY; day++) {
      assertThat(day(day).found()).as("day %d", day).isEmpty();
      assertThat(day(day).person()).isEmpty();
      assertThat(day(day).mailed()).isTrue();
    }
  }

  @Test
  void theFourthRunNamesTheFieldThatWentEmptyAndItsSource() {
    assertThat(day(4).found())
        .singleElement()
        .asString()
        .contains("/shop/alder: offers is empty, and was filled in 3 earlier runs");
    assertThat(runOf(4).findings())
        .extracting(Finding::kind)
        .containsOnly(Finding.Kind.EMPTIED_FIELD);
    assertThat(day(4).person()).contains(Person.LETS_IT_GO_OUT);
    assertThat(day(4).mailed()).isTrue();
  }

  @Test
  void theFifthRunWaitsForAHumanWhoSeesTheComparisonAndHoldsItBack() {
    assertThat(day(5).person()).contains(Person.HOLDS_IT_BACK);
    assertThat(day(5).comparison())
        .anySatisfy(line -> assertThat(line).contains("similarity").contains("100 %"))
        .anySatisfy(line -> assertThat(line).contains("no price found"));
    assertThat(day(5).mailed()).isFalse();
    assertThat(runOf(5).findings()).extracting(Finding::kind).contains(Finding.Kind.EMPTIED_FIELD);
    assertThat(runOf(5).delivered()).isFalse();
    assertThat(runOf(5).similarity()).isEqualTo(1);
  }

  @Test
  void fromTheSixthRunOnItSaysThatTheReportIsTheSame() {
    for (int day = 6; day <= ThreeWeeks.DAYS; day++) {
      assertThat(day(day).found())
          .as("day %d", day)
          .singleElement()
          .asString()
          .contains("the result says the same as in the last");
    }
  }

  @Test
  void whatIsExpectedGoesOutUntilItsDayAndNotLonger() {
    assertThat(day(6).person()).contains(Person.EXPECTS_IT);
    for (int day = 7; day <= 9; day++) {
      assertThat(day(day).person()).as("day %d", day).isEmpty();
      assertThat(day(day).mailed()).isTrue();
      assertThat(runOf(day).expected()).contains("anna: the reader is being mended");
    }
    for (int day = 10; day <= ThreeWeeks.DAYS; day++) {
      assertThat(day(day).mailed()).as("day %d", day).isFalse();
    }
    assertThat(runOf(10).reason()).isEqualTo(Reason.APPROVAL_EXPIRED);
  }

  @Test
  void withoutASeriesTheSameReportLeavesEveryDay() {
    assertThat(mornings).allMatch(Morning::mailedUnjudged);
    assertThat(mornings.stream().filter(Morning::repeats).map(Morning::day))
        .containsExactlyElementsOf(
            java.util.stream.IntStream.rangeClosed(5, ThreeWeeks.DAYS).boxed().toList());
  }

  @Test
  void theHealthSaysForHowLongItWasTheSame() {
    assertThat(weeks.health().sameOutputs()).isGreaterThanOrEqualTo(16);
    assertThat(weeks.health().streak()).contains("Output unchanged for");
    assertThat(weeks.health().missed()).isEmpty();
    assertThat(weeks.health().isWell()).isFalse();
  }

  @Test
  void theCommandLinePrintsTheHealthWithEachRunAndSource() {
    StringWriter text = new StringWriter();
    SeriesCommands.Health.print(weeks.health(), new PrintWriter(text));

    assertThat(text.toString())
        .contains("pricing-mornings: NOT WELL")
        .contains("2026-03-09T07:00:00Z     yes       task_complete            100 %")
        .contains("same output, same evidence, emptied field (expected)")
        .contains("/shop/cedar");
  }

  @Test
  void theDemoPrintsTheStory(@TempDir Path folder) throws Exception {
    StringWriter text = new StringWriter();
    try (ThreeWeeks again = ThreeWeeks.in(folder)) {
      DemoCommand.Drift.play(again, new PrintWriter(text));
    }
    assertThat(text.toString())
        .contains("day  4  Wed 4 Mar   sent  without: sent")
        .contains("day  5  Thu 5 Mar   held  without: sent, the same again")
        .contains("Without: 21 of 21 mails went out, 17 of them the same as the one before");
  }
}
