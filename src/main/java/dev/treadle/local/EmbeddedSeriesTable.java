package dev.treadle.local;

import dev.treadle.Json;
import dev.treadle.SeriesKey;
import dev.treadle.drift.Acknowledgement;
import dev.treadle.drift.FireMark;
import dev.treadle.drift.SeriesTable;
import dev.treadle.engine.SeriesRun;
import dev.treadle.engine.Stored;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The runs of series beside the tasks that wrote them, on embedded records. */
public final class EmbeddedSeriesTable implements SeriesTable {
  private final Records records;

  public EmbeddedSeriesTable(Records records) {
    this.records = records;
  }

  /** A run's row, for the transaction that ends its task. */
  static Records.Row row(SeriesRun run) {
    String key =
        firstRun(run.series()) + SortableTime.latestFirst(run.startedAt()) + "/" + run.taskId();
    return new Records.Row(key, Json.write(run));
  }

  private static String firstRun(SeriesKey series) {
    return "SERIES#" + series + "/" + SeriesRun.PREFIX;
  }

  private static String firstAcknowledgement(SeriesKey series) {
    return "SERIES#" + series + "/" + Acknowledgement.PREFIX;
  }

  @Override
  public List<SeriesRun> runs(SeriesKey series, Instant before, int most) {
    String from = firstRun(series) + SortableTime.latestFirst(before) + "/" + TaskKeys.END;
    return all(from, firstRun(series) + TaskKeys.END, most, Stored::run);
  }

  @Override
  public void acknowledge(Acknowledgement acknowledgement) {
    String key =
        firstAcknowledgement(acknowledgement.series())
            + SortableTime.latestFirst(acknowledgement.at());
    String text = Json.write(acknowledgement);
    records.transact(transaction -> {
      boolean isTaken = transaction.get(key).filter(stored -> !stored.equals(text)).isPresent();
      if (isTaken) throw Acknowledgement.taken(acknowledgement);
      transaction.put(key, text);
      return true;
    });
  }

  @Override
  public List<Acknowledgement> acknowledgements(SeriesKey series) {
    String from = firstAcknowledgement(series);
    return all(
        from,
        from + TaskKeys.END,
        Integer.MAX_VALUE,
        text -> Json.read(text, Acknowledgement.class));
  }

  private static String mark(SeriesKey series) {
    return "SERIES#" + series + "/" + FireMark.KEY;
  }

  @Override
  public Optional<FireMark> fireMark(SeriesKey series) {
    return records
        .transact(transaction -> transaction.get(mark(series)))
        .map(text -> Json.read(text, FireMark.class));
  }

  @Override
  public boolean move(Optional<FireMark> from, FireMark to) {
    return records.transact(transaction -> {
      Optional<FireMark> standing =
          transaction.get(mark(to.series())).map(text -> Json.read(text, FireMark.class));
      if (standing.equals(Optional.of(to))) return true;
      if (!standing.equals(from)) return false;
      transaction.put(mark(to.series()), Json.write(to));
      return true;
    });
  }

  private <T> List<T> all(String from, String below, int most, Function<String, T> read) {
    List<Records.Row> rows = records.transact(transaction -> transaction.range(from, below, most));
    return rows.stream().map(row -> read.apply(row.text())).toList();
  }
}
