package dev.treadle.engine;

import static dev.treadle.engine.StoreSamples.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.Finding;
import dev.treadle.Fingerprint;
import dev.treadle.Outcome;
import dev.treadle.Reason;
import dev.treadle.SeriesKey;
import dev.treadle.TaskId;
import dev.treadle.drift.Acknowledgement;
import dev.treadle.drift.FireMark;
import dev.treadle.drift.SeriesTable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every table of series must do, with the task store that writes its runs. */
public abstract class SeriesTableContract {
  private static final SeriesKey MORNING = new SeriesKey("morning");
  private static final SeriesKey OTHER = new SeriesKey("morning2");
  private static final Instant FOREVER = NOW.plus(Duration.ofDays(400));

  private TaskStore store;
  private SeriesTable table;

  /** A store and the series in it. */
  public record Both(TaskStore store, SeriesTable series) {}

  /** Empty ones. */
  protected abstract Both open() throws Exception;

  @BeforeEach
  final void openBoth() throws Exception {
    Both both = open();
    store = both.store();
    table = both.series();
  }

  private static Fingerprint fingerprint() {
    Fingerprint.Field field = new Fingerprint.Field("prices[].price", "0a1b", 2, 3, "€ 9.90");
    return new Fingerprint(
        "d".repeat(64),
        "0".repeat(512),
        420,
        3,
        List.of(field),
        List.of(
            new Fingerprint.Source(
                "fetch https://shop.example.com/a",
                "https://shop.example.com/a",
                "e".repeat(64),
                NOW,
                "2026-03-01",
                false,
                List.of(field)),
            new Fingerprint.Source("look", null, "f".repeat(64), NOW, null, true, List.of())));
  }

  static SeriesRun run(SeriesKey series, String taskId, Instant startedAt) {
    return new SeriesRun(
        SeriesRun.SCHEMA,
        series,
        new TaskId(taskId),
        "pricing",
        startedAt,
        startedAt.plusSeconds(90),
        Reason.TASK_COMPLETE,
        true,
        1_234,
        fingerprint(),
        0.87,
        List.of(new Finding(Finding.Kind.EMPTIED_FIELD, "price", "price is empty")),
        "expected until then by anna: so it is");
  }

  private Commit end(SeriesRun run) {
    store.begin(StoreSamples.newTask(run.taskId()));
    return store.commit(ending(run));
  }

  private Change ending(SeriesRun run) {
    Task task = store.find(run.taskId()).orElseThrow();
    Task ended = task.ended(new Outcome(Reason.TOO_MANY_ERRORS, "enough"), "h", NOW);
    return Change.of(task, ended).with(run);
  }

  private List<TaskId> ids(SeriesKey series, Instant before, int most) {
    return table.runs(series, before, most).stream().map(SeriesRun::taskId).toList();
  }

  @Test
  void aRunIsReadAsItWasWritten() {
    SeriesRun whole = run(MORNING, "t-1", NOW);
    SeriesRun bare =
        new SeriesRun(
            SeriesRun.SCHEMA,
            MORNING,
            new TaskId("t-2"),
            "pricing",
            NOW.plusSeconds(1),
            NOW.plusSeconds(2),
            Reason.CANCELLED,
            false,
            0,
            null,
            null,
            List.of(),
            null);
    end(whole);
    end(bare);

    assertThat(table.runs(MORNING, FOREVER, 10)).containsExactly(bare, whole);
  }

  @Test
  void runsComeNewestFirstAndOnlyThoseThatStartedBefore() {
    List<Instant> starts = new ArrayList<>();
    for (Duration after :
        List.of(
            Duration.ofDays(40),
            Duration.ZERO,
            Duration.ofMillis(500),
            Duration.ofMillis(1),
            Duration.ofHours(30))) {
      Instant start = NOW.plus(after);
      starts.add(start);
      end(run(MORNING, "t-" + starts.size(), start));
    }

    assertThat(table.runs(MORNING, FOREVER, 10))
        .extracting(SeriesRun::startedAt)
        .containsExactlyElementsOf(starts.stream().sorted((a, b) -> b.compareTo(a)).toList());
    assertThat(ids(MORNING, FOREVER, 2)).containsExactly(new TaskId("t-1"), new TaskId("t-5"));
    assertThat(ids(MORNING, NOW.plusMillis(500), 10))
        .as("a run that started at the time itself is not before it")
        .containsExactly(new TaskId("t-4"), new TaskId("t-2"));
    assertThat(ids(MORNING, NOW, 10)).isEmpty();
  }

  @Test
  void twoTasksThatStartedAtTheSameTimeHaveARunEach() {
    end(run(MORNING, "a", NOW));
    end(run(MORNING, "b", NOW));

    assertThat(ids(MORNING, FOREVER, 10))
        .containsExactlyInAnyOrder(new TaskId("a"), new TaskId("b"));
  }

  @Test
  void aSeriesWhoseNameBeginsLikeAnotherKeepsToItself() {
    end(run(MORNING, "a", NOW));
    end(run(OTHER, "b", NOW));

    assertThat(ids(MORNING, FOREVER, 10)).containsExactly(new TaskId("a"));
    assertThat(ids(OTHER, FOREVER, 10)).containsExactly(new TaskId("b"));
  }

  @Test
  void aCommitThatLosesLeavesNoRun() {
    SeriesRun run = run(MORNING, "t-1", NOW);
    store.begin(StoreSamples.newTask(run.taskId()));
    Change late = ending(run);
    Task task = late.from();
    store.commit(Change.of(task, task.ended(new Outcome(Reason.CANCELLED, "sooner"), "h", NOW)));

    assertThat(store.commit(late)).isInstanceOf(Commit.Lost.class);
    assertThat(table.runs(MORNING, FOREVER, 10)).isEmpty();
  }

  @Test
  void aTaskThatEndsAgainReplacesItsRun() {
    SeriesRun first = run(MORNING, "t-1", NOW);
    end(first);
    Task failed = store.find(first.taskId()).orElseThrow();
    Task.Attempts attempts = Task.Attempts.fresh(NOW, 3, 5);
    store.commit(Change.of(failed, failed.resumed(failed.funds(), attempts, "h2", NOW)));
    SeriesRun second = run(MORNING, "t-1", NOW);
    store.commit(ending(second));

    assertThat(table.runs(MORNING, FOREVER, 10)).containsExactly(second);
  }

  @Test
  void acknowledgementsAreKeptNewestFirstAndReadAsWritten() {
    Acknowledgement first = acknowledgement(NOW, "the shop is closed");
    Acknowledgement second = acknowledgement(NOW.plusSeconds(1), "it is open again");
    table.acknowledge(first);
    table.acknowledge(second);
    end(run(MORNING, "t-1", NOW));

    assertThat(table.acknowledgements(MORNING)).containsExactly(second, first);
    assertThat(table.acknowledgements(OTHER)).isEmpty();
    assertThat(ids(MORNING, FOREVER, 10)).containsExactly(new TaskId("t-1"));
  }

  @Test
  void noAcknowledgementOverwritesAnotherAndARepeatedOneIsOne() {
    Acknowledgement first = acknowledgement(NOW, "the shop is closed");
    table.acknowledge(first);
    table.acknowledge(first);

    assertThatThrownBy(() -> table.acknowledge(acknowledgement(NOW, "something else")))
        .hasMessageContaining("morning has another acknowledgement");
    assertThat(table.acknowledgements(MORNING)).containsExactly(first);
  }

  @Test
  void ofTwoThatMoveTheMarkOfASeriesOneDoesAndMayRepeatIt() {
    assertThat(table.fireMark(MORNING)).isEmpty();
    FireMark first = FireMark.first(MORNING, NOW);
    assertThat(table.move(Optional.empty(), first)).isTrue();
    assertThat(table.move(Optional.empty(), FireMark.first(MORNING, NOW.plusNanos(1)))).isFalse();

    FireMark next = first.movedTo(NOW, NOW.plusSeconds(300));
    FireMark rival = first.movedTo(NOW, NOW.plusSeconds(301));
    assertThat(table.move(Optional.of(first), next)).isTrue();
    assertThat(table.move(Optional.of(first), rival)).isFalse();
    assertThat(table.move(Optional.of(first), next)).as("its reply was lost").isTrue();

    assertThat(table.fireMark(MORNING)).contains(next);
    assertThat(table.fireMark(OTHER)).isEmpty();
    assertThat(ids(MORNING, FOREVER, 10)).isEmpty();
    assertThat(table.acknowledgements(MORNING)).isEmpty();
  }

  private static Acknowledgement acknowledgement(Instant at, String why) {
    return new Acknowledgement(
        Acknowledgement.SCHEMA,
        MORNING,
        at,
        at.plus(Duration.ofDays(3)),
        "anna",
        why,
        List.of(new Finding(Finding.Kind.EMPTIED_FIELD, "price", "price is empty")));
  }
}
