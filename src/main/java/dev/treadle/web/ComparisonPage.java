package dev.treadle.web;

import dev.treadle.SeriesKey;
import dev.treadle.drift.RunComparison;
import dev.treadle.drift.RunComparison.Change;
import dev.treadle.engine.SeriesRun;
import java.util.List;
import java.util.stream.Stream;

/**
 * Two runs of a series side by side: the model of the page.
 *
 * @param choices the runs that may be compared, the newest first
 * @param before the earlier of the two
 * @param changed what differs
 * @param same what does not
 */
public record ComparisonPage(
    String name,
    String href,
    List<Choice> choices,
    Side before,
    Side now,
    String similarity,
    List<Pair> changed,
    List<Pair> same) {
  public ComparisonPage {
    choices = List.copyOf(choices);
    changed = List.copyOf(changed);
    same = List.copyOf(same);
  }

  /** A run that may be chosen. */
  public record Choice(String task, String words, boolean isBefore, boolean isNow) {}

  /** One of the two runs. */
  public record Side(Sheet.Moment started, String size) {}

  /**
   * A field of the result, or something that was read, in both runs.
   *
   * @param change what became of it, in a word
   * @param before the beginning of its value; empty when it had none
   */
  public record Pair(Legible name, String change, Legible before, Legible now) {
    public boolean wasEmpty() {
      return before.chars() == 0;
    }

    public boolean isEmpty() {
      return now.chars() == 0;
    }
  }

  static ComparisonPage of(
      SeriesKey series, List<SeriesRun> runs, SeriesRun before, SeriesRun now) {
    RunComparison found =
        RunComparison.of(before, now)
            .orElseThrow(() ->
                new IllegalStateException(
                    "series %s: a run without a result was compared".formatted(series)));
    return new ComparisonPage(
        series.value(),
        HealthPage.href(series),
        runs.stream()
            .map(run ->
                new Choice(
                    run.taskId().value(),
                    Times.of(run.startedAt()),
                    run.taskId().equals(before.taskId()),
                    run.taskId().equals(now.taskId())))
            .toList(),
        new Side(Sheet.Moment.of(found.before()), size(found.charsBefore(), found.itemsBefore())),
        new Side(Sheet.Moment.of(found.now()), size(found.charsNow(), found.itemsNow())),
        HealthWriter.percent(found.similarity()),
        pairs(found, false),
        pairs(found, true));
  }

  private static String size(int chars, int items) {
    return "%,d characters, %d items".formatted(chars, items);
  }

  private static List<Pair> pairs(RunComparison found, boolean same) {
    Stream<Pair> fields =
        found.fields().stream()
            .filter(field -> (field.change() == Change.SAME) == same)
            .map(field -> pair(field.path(), field.change(), field.before(), field.now()));
    Stream<Pair> sources =
        found.sources().stream()
            .filter(source -> (source.change() == Change.SAME) == same)
            .map(source ->
                pair(
                    "read: " + source.name(),
                    source.change(),
                    age(source.freshBefore()),
                    age(source.freshNow())));
    return Stream.concat(fields, sources).toList();
  }

  /** Of a source the run keeps a hash and not a word. */
  private static String age(String says) {
    return says.isEmpty() ? "does not say how new it is" : "says it is of " + says;
  }

  private static Pair pair(String name, Change change, String before, String now) {
    return new Pair(Legible.brief(name), words(change), Legible.brief(before), Legible.brief(now));
  }

  private static String words(Change change) {
    return switch (change) {
      case SAME -> "the same";
      case CHANGED -> "changed";
      case EMPTIED -> "went empty";
      case FILLED -> "filled again";
      case GONE -> "removed";
      case NEW -> "added";
    };
  }
}
