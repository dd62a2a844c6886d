package dev.treadle.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Fingerprint;
import dev.treadle.Reason;
import dev.treadle.SeriesKey;
import dev.treadle.TaskId;
import dev.treadle.drift.ScheduleHealth.Fire;
import dev.treadle.engine.SeriesRun;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScheduleHealthTest {
  private static final SeriesKey SERIES = new SeriesKey("daily");
  private static final Instant START = Instant.parse("2026-03-01T07:00:00Z");

  private static Instant day(int day) {
    return START.plus(Duration.ofDays(day));
  }

  private static SeriesRun run(int day, String output, String evidence) {
    Fingerprint fingerprint =
        new Fingerprint(
            output,
            Sketch.of(output).text(),
            100,
            1,
            List.of(),
            List.of(
                new Fingerprint.Source("look", null, evidence, day(day), null, false, List.of())));
    return new SeriesRun(
        SeriesRun.SCHEMA,
        SERIES,
        new TaskId("t-" + day),
        "agent",
        day(day),
        day(day),
        Reason.TASK_COMPLETE,
        true,
        day * 100L,
        fingerprint,
        null,
        List.of(),
        null);
  }

  private static ScheduleHealth health(List<SeriesRun> newestFirst, List<Fire> fires, Instant now) {
    return ScheduleHealth.of(
        SERIES,
        newestFirst,
        fires,
        fire -> fire.task().value().equals("t-waits"),
        Optional.empty(),
        now);
  }

  @Test
  void aStreakSaysHowOftenTheInputsChangedInIt() {
    List<SeriesRun> runs = new ArrayList<>();
    runs.addFirst(run(0, "old", "e0"));
    for (int day = 1; day <= 6; day++) {
      runs.addFirst(run(day, "same", day == 4 ? "e3" : "e" + day));
    }

    assertThat(health(runs, List.of(), day(6)).streak())
        .isEqualTo("Output unchanged for 6 runs; inputs changed in 4 of them");
    assertThat(health(runs.subList(6, 7), List.of(), day(1)).streak())
        .isEqualTo("Output changed with the last run");
    assertThat(health(List.of(), List.of(), day(1)).streak()).isEqualTo("No run yet");
  }

  @Test
  void aFireWithoutATaskIsMissedAndOneThatWaitsOrIsFreshIsNot() {
    List<SeriesRun> runs = List.of(run(3, "c", "e"), run(1, "b", "e"), run(0, "a", "e"));
    List<Fire> fires = new ArrayList<>();
    for (int day = 0; day <= 3; day++) fires.add(new Fire(day(day), new TaskId("t-" + day)));
    fires.add(new Fire(day(4), new TaskId("t-waits")));
    fires.add(new Fire(day(5), new TaskId("t-5")));

    ScheduleHealth health = health(runs, fires, day(5).plusSeconds(60));

    assertThat(health.missed()).containsExactly(day(2));
    assertThat(health.expectedFires()).isEqualTo(6);
    assertThat(health.isWell()).isFalse();
    assertThat(health(runs, fires, day(5).plusSeconds(600)).missed())
        .containsExactly(day(2), day(5));
  }

  @Test
  void aSeriesThatFellSilentIsOverdueWithoutAnySchedule() {
    List<SeriesRun> runs = new ArrayList<>();
    for (int day = 0; day < 5; day++) runs.addFirst(run(day, "o" + day, "e" + day));

    assertThat(health(runs, List.of(), day(5)).overdue()).isEmpty();
    assertThat(health(runs, List.of(), day(7)).overdue())
        .hasValueSatisfying(words -> assertThat(words).contains("usually 24 h apart"));
  }

  @Test
  void evidenceSaysSinceWhenItIsTheSame() {
    List<SeriesRun> runs = new ArrayList<>();
    runs.addFirst(run(0, "a", "e1"));
    runs.addFirst(run(1, "b", "e0"));
    runs.addFirst(run(2, "c", "e1"));
    runs.addFirst(run(3, "d", "e1"));

    assertThat(health(runs, List.of(), day(3)).freshness())
        .singleElement()
        .satisfies(source -> {
          assertThat(source.fetchedAt()).isEqualTo(day(3));
          assertThat(source.sameSince()).isEqualTo(day(2));
        });
    assertThat(health(runs, List.of(), day(3)).cost()).isEqualTo(new ScheduleHealth.Cost(300, 200));
  }
}
