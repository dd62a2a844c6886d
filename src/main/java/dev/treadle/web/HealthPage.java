package dev.treadle.web;

import dev.treadle.SeriesKey;
import dev.treadle.drift.ScheduleHealth;
import java.util.List;
import java.util.Optional;

/**
 * How one series is doing: the model of its page.
 *
 * @param alarms what is wrong, one sentence each
 * @param expected who expects that it stays as it is; empty when nobody does
 * @param charts pictures of what the table of runs says in numbers
 * @param sources what the last run read
 * @param limits by what its results are judged
 */
public record HealthPage(
    String name,
    String href,
    Sheet.Weight verdict,
    String streak,
    List<String> alarms,
    Optional<String> expected,
    List<Sheet.Fact> facts,
    List<Sheet.Moment> missed,
    List<Chart> charts,
    List<Run> runs,
    List<Source> sources,
    List<String> limits,
    Expecting form) {
  static final Sheet.Weight WELL = new Sheet.Weight("Well", "good");
  static final Sheet.Weight NOT_WELL = new Sheet.Weight("Not well", "high");
  static final Sheet.Weight WAITING = new Sheet.Weight("No run yet", "low");

  public HealthPage {
    alarms = List.copyOf(alarms);
    facts = List.copyOf(facts);
    missed = List.copyOf(missed);
    charts = List.copyOf(charts);
    runs = List.copyOf(runs);
    sources = List.copyOf(sources);
    limits = List.copyOf(limits);
  }

  static String href(SeriesKey key) {
    return "/series/" + key;
  }

  static Sheet.Weight verdict(ScheduleHealth health) {
    if (!health.isWell()) return NOT_WELL;
    return health.runs().isEmpty() ? WAITING : WELL;
  }

  /**
   * Columns over the runs, the oldest first.
   *
   * @param words what they say, for those who do not see them
   */
  public record Chart(String title, String words, int width, List<Column> columns) {
    static final int HEIGHT = 48;
    static final int STEP = 12;

    public Chart {
      columns = List.copyOf(columns);
    }

    public int height() {
      return HEIGHT;
    }
  }

  /**
   * One run in a chart.
   *
   * @param isMarked something was found in it that nobody expects
   */
  public record Column(int x, int y, int height, boolean isMarked) {
    public int width() {
      return Chart.STEP - 3;
    }
  }

  /**
   * One run.
   *
   * @param compare the address of the comparison with the run before; empty for the oldest
   */
  public record Run(
      Sheet.Moment started,
      String task,
      String end,
      String like,
      String size,
      String cost,
      String found,
      boolean isMarked,
      Optional<String> compare) {}

  /** Something that the last run read. */
  public record Source(Legible name, String says, Sheet.Moment fetched, Sheet.Moment same) {}

  /**
   * What a person may say about the series.
   *
   * @param until as it was typed
   * @param problems what was wrong with the last try; empty on a fresh page
   */
  public record Expecting(String until, String reason, List<String> problems) {
    static final Expecting FRESH = new Expecting("", "", List.of());

    public Expecting {
      problems = List.copyOf(problems);
    }
  }
}
