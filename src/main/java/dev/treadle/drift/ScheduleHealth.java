package dev.treadle.drift;

import dev.treadle.Finding;
import dev.treadle.Fingerprint;
import dev.treadle.Reason;
import dev.treadle.SeriesKey;
import dev.treadle.TaskId;
import dev.treadle.engine.SeriesRun;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * How a series is doing: what ran and what did not, how long it has said the same, how new the
 * evidence is, and what it costs.
 *
 * @param runs the newest first
 * @param expectedFires how many of the schedule's times were looked at
 * @param missed times of the schedule at which no task started, the oldest first
 * @param overdue said when no run started for much longer than is usual in this series
 * @param sameOutputs so many runs up to the newest have the same result
 * @param inputsChanged in so many of them something that was read had changed
 * @param expected an operator's word that holds now
 */
public record ScheduleHealth(
    SeriesKey series,
    Instant at,
    List<Run> runs,
    int expectedFires,
    List<Instant> missed,
    Optional<String> overdue,
    int sameOutputs,
    int inputsChanged,
    List<Freshness> freshness,
    Cost cost,
    Optional<Acknowledgement> expected) {
  /** A gap of two usual ones: one run is missing. */
  private static final int OVERDUE_GAPS = 2;

  private static final int GAPS_MIN = 3;

  /** A time of a schedule, with the task that it starts. */
  public record Fire(Instant at, TaskId task) {}

  /**
   * One run.
   *
   * @param similarity to the run before, from 0 to 1; empty for the first
   * @param chars length of the result; zero when there is none
   */
  public record Run(
      Instant startedAt,
      TaskId task,
      Reason reason,
      boolean delivered,
      Optional<Double> similarity,
      int chars,
      int items,
      long costMicros,
      List<Finding> findings,
      Optional<String> expected) {
    static Run of(SeriesRun run) {
      Optional<Fingerprint> fingerprint = Optional.ofNullable(run.fingerprint());
      return new Run(
          run.startedAt(),
          run.taskId(),
          run.reason(),
          run.delivered(),
          Optional.ofNullable(run.similarity()),
          fingerprint.map(Fingerprint::chars).orElse(0),
          fingerprint.map(Fingerprint::items).orElse(0),
          run.costMicros(),
          run.findings(),
          Optional.ofNullable(run.expected()));
    }

    /** Something was found that nobody expects, or the task did not end well. */
    public boolean isUnwell() {
      return reason != Reason.TASK_COMPLETE || (!findings.isEmpty() && expected.isEmpty());
    }
  }

  /**
   * How new a source is.
   *
   * @param says how new it is in its own words; empty when it does not say
   * @param sameSince when the newest run's content was first read; its content may be older
   */
  public record Freshness(
      String source, Instant fetchedAt, Optional<String> says, Instant sameSince) {}

  /**
   * What runs cost.
   *
   * @param latestMicros of the newest run
   * @param medianMicros of all runs that are looked at
   */
  public record Cost(long latestMicros, long medianMicros) {}

  public ScheduleHealth {
    runs = List.copyOf(runs);
    missed = List.copyOf(missed);
    freshness = List.copyOf(freshness);
  }

  /**
   * Looks at a series.
   *
   * @param runs the newest first
   * @param fires of its schedule up to now; none for a series without a schedule
   * @param isAnswered whether a fire has its task, though that still runs or waits and has no run
   */
  public static ScheduleHealth of(
      SeriesKey series,
      List<SeriesRun> runs,
      List<Fire> fires,
      Predicate<Fire> isAnswered,
      Optional<Acknowledgement> newest,
      Instant now) {
    int same = sameOutputs(runs);
    return new ScheduleHealth(
        series,
        now,
        runs.stream().map(Run::of).toList(),
        fires.size(),
        missed(runs, fires, isAnswered, now),
        overdue(runs, now),
        same,
        inputsChanged(withResult(runs), same),
        freshness(withResult(runs)),
        cost(runs),
        newest.filter(acknowledgement -> acknowledgement.holdsAt(now)));
  }

  /** Nothing was missed, and nothing was found in the newest run that nobody expects. */
  public boolean isWell() {
    return missed.isEmpty() && overdue.isEmpty() && runs.stream().limit(1).noneMatch(Run::isUnwell);
  }

  /** As in "Output unchanged for 6 runs; inputs changed in 5 of them". */
  public String streak() {
    if (runs.isEmpty()) return "No run yet";
    if (sameOutputs < 2) return "Output changed with the last run";
    return "Output unchanged for %d runs; inputs changed in %d of them"
        .formatted(sameOutputs, inputsChanged);
  }

  private static List<Fingerprint> withResult(List<SeriesRun> runs) {
    List<Fingerprint> results = new ArrayList<>();
    for (SeriesRun run : runs) {
      Fingerprint fingerprint = run.fingerprint();
      if (fingerprint != null) results.add(fingerprint);
    }
    return results;
  }

  private static int sameOutputs(List<SeriesRun> runs) {
    List<Fingerprint> results = withResult(runs);
    return (int)
        results.stream()
            .takeWhile(each -> each.digest().equals(results.getFirst().digest()))
            .count();
  }

  private static int inputsChanged(List<Fingerprint> results, int same) {
    int changed = 0;
    for (int i = 0; i + 1 < same; i++) {
      if (!Baseline.digests(results.get(i)).equals(Baseline.digests(results.get(i + 1)))) changed++;
    }
    return changed;
  }

  private static List<Instant> missed(
      List<SeriesRun> runs, List<Fire> fires, Predicate<Fire> isAnswered, Instant now) {
    Set<TaskId> ran = new HashSet<>(runs.stream().map(SeriesRun::taskId).toList());
    return fires.stream()
        .filter(fire -> !fire.at().plus(FireMark.GRACE).isAfter(now))
        .filter(fire -> !ran.contains(fire.task()) && !isAnswered.test(fire))
        .map(Fire::at)
        .sorted()
        .toList();
  }

  private static Optional<String> overdue(List<SeriesRun> runs, Instant now) {
    List<Duration> gaps = new ArrayList<>();
    for (int i = 0; i + 1 < runs.size(); i++) {
      gaps.add(Duration.between(runs.get(i + 1).startedAt(), runs.get(i).startedAt()));
    }
    if (gaps.size() < GAPS_MIN) return Optional.empty();
    Duration usual = gaps.stream().sorted().toList().get(gaps.size() / 2);
    Duration since = Duration.between(runs.getFirst().startedAt(), now);
    if (usual.isZero() || since.compareTo(usual.multipliedBy(OVERDUE_GAPS)) <= 0) {
      return Optional.empty();
    }
    return Optional.of(
        "no run has ended that started after %s, and they are usually %s apart"
            .formatted(runs.getFirst().startedAt(), words(usual)));
  }

  private static String words(Duration time) {
    if (time.toHours() >= 1) return time.toHours() + " h";
    return time.toMinutes() >= 1 ? time.toMinutes() + " min" : time.toSeconds() + " s";
  }

  private static List<Freshness> freshness(List<Fingerprint> results) {
    if (results.isEmpty()) return List.of();
    Map<String, Fingerprint.Source> oldest = new HashMap<>();
    Set<String> changed = new HashSet<>();
    for (Fingerprint result : results) {
      for (Fingerprint.Source source : result.sources()) {
        Fingerprint.Source younger = oldest.putIfAbsent(source.name(), source);
        if (younger == null || changed.contains(source.name())) continue;
        if (younger.digest().equals(source.digest())) oldest.put(source.name(), source);
        else changed.add(source.name());
      }
    }
    return results.getFirst().sources().stream()
        .map(source ->
            new Freshness(
                source.name(),
                source.fetchedAt(),
                Optional.ofNullable(source.freshness()),
                oldest.getOrDefault(source.name(), source).fetchedAt()))
        .toList();
  }

  private static Cost cost(List<SeriesRun> runs) {
    if (runs.isEmpty()) return new Cost(0, 0);
    List<Long> micros = runs.stream().map(SeriesRun::costMicros).sorted().toList();
    return new Cost(runs.getFirst().costMicros(), micros.get(micros.size() / 2));
  }
}
