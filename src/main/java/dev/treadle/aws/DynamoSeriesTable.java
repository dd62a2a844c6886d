package dev.treadle.aws;

import dev.treadle.Json;
import dev.treadle.SeriesKey;
import dev.treadle.drift.Acknowledgement;
import dev.treadle.drift.FireMark;
import dev.treadle.drift.SeriesTable;
import dev.treadle.engine.SeriesRun;
import dev.treadle.engine.Stored;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The runs of series in the table of the tasks that wrote them. */
public final class DynamoSeriesTable implements SeriesTable {
  private static final String DOCUMENT = "doc";
  private final Table table;

  /**
   * On an existing table.
   *
   * @param client is not closed here
   */
  public DynamoSeriesTable(DynamoDbClient client, String tableName) {
    this.table = new Table(client, tableName);
  }

  /** A run's item, for the transaction that ends its task. */
  static Map<String, AttributeValue> item(SeriesRun run) {
    return Document.item(TableKeys.of(run.series(), run.sortKey()), Json.write(run));
  }

  @Override
  public List<SeriesRun> runs(SeriesKey series, Instant before, int most) {
    String upTo = SeriesRun.firstKey(before);
    return latest("reading the runs", series, SeriesRun.PREFIX, upTo, most, Stored::run);
  }

  @Override
  public void acknowledge(Acknowledgement acknowledgement) {
    String text = Json.write(acknowledgement);
    Map<String, AttributeValue> item =
        Document.item(TableKeys.of(acknowledgement.series(), acknowledgement.sortKey()), text);
    TableTransaction transaction =
        new TableTransaction(table.name(), "acknowledging series " + acknowledgement.series())
            .putNew(List.of(item));
    Table.Answer answer = table.transact(transaction);
    // Our own write, whose reply was lost, is found again.
    if (answer instanceof Table.Answer.Refused refused
        && refused
            .first()
            .map(stored -> Document.text(List.of(stored)))
            .filter(text::equals)
            .isEmpty()) {
      throw Acknowledgement.taken(acknowledgement);
    }
  }

  @Override
  public List<Acknowledgement> acknowledgements(SeriesKey series) {
    return latest(
        "reading the acknowledgements",
        series,
        Acknowledgement.PREFIX,
        Acknowledgement.PREFIX + TableKeys.END,
        Integer.MAX_VALUE,
        text -> Json.read(text, Acknowledgement.class));
  }

  @Override
  public Optional<FireMark> fireMark(SeriesKey series) {
    return table
        .get("reading the mark of series " + series, TableKeys.of(series, FireMark.KEY))
        .map(DynamoSeriesTable::mark);
  }

  @Override
  public boolean move(Optional<FireMark> from, FireMark to) {
    Map<String, AttributeValue> item = new HashMap<>(TableKeys.of(to.series(), FireMark.KEY));
    item.put(DOCUMENT, Attributes.text(Json.write(to)));
    Expression unmoved =
        from.map(mark ->
                Expression.of(
                    "#" + DOCUMENT + " = :from", ":from", Attributes.text(Json.write(mark))))
            .orElseGet(() -> Expression.of("attribute_not_exists(#" + TableKeys.PK + ")"));
    return switch (table.put("moving the mark of series " + to.series(), item, unmoved)) {
      case Table.Answer.Written _ -> true;
      // Our own write, whose reply was lost, is found again.
      case Table.Answer.Refused refused ->
          refused
              .first()
              .filter(standing -> !standing.isEmpty())
              .map(DynamoSeriesTable::mark)
              .equals(Optional.of(to));
    };
  }

  private static FireMark mark(Map<String, AttributeValue> item) {
    return Json.read(Attributes.textOf(item, DOCUMENT), FireMark.class);
  }

  private <T> List<T> latest(
      String what, SeriesKey series, String from, String upTo, int most, Function<String, T> read) {
    return table
        .latest(what + " of series " + series, TableKeys.partition(series), from, upTo, most)
        .stream()
        .map(item -> read.apply(Document.text(List.of(item))))
        .toList();
  }
}
