package dev.treadle.web;

import dev.treadle.engine.JournalItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Draws what the iterations cost. A long task's are put together, so that no chart is heavy. */
final class TaskChart {
  private static final int COLUMNS_MAX = 60;
  private static final double HEIGHT = 100;

  private TaskChart() {}

  private record Bucket(int first, int last, long tokens, long micros, long sum) {}

  /** Nothing to draw of fewer than two iterations, or when none of them cost anything. */
  static Optional<TaskPage.Chart> of(List<JournalItem.Entry> entries) {
    long tokens = entries.stream().mapToLong(entry -> entry.usage().tokens()).sum();
    if (entries.size() < 2 || tokens == 0) return Optional.empty();
    List<Bucket> buckets = buckets(entries);
    long most = buckets.stream().mapToLong(Bucket::tokens).max().orElse(1);
    long sum = Math.max(1, buckets.getLast().sum());
    double width = HEIGHT / buckets.size();
    StringBuilder line = new StringBuilder("0," + (int) HEIGHT);
    List<TaskPage.Column> columns = new ArrayList<>();
    List<TaskPage.ChartRow> rows = new ArrayList<>();
    for (int i = 0; i < buckets.size(); i++) {
      Bucket bucket = buckets.get(i);
      double tall = HEIGHT * bucket.tokens() / Math.max(1, most);
      columns.add(
          new TaskPage.Column(
              number(i * width), number(HEIGHT - tall), number(width * 0.8), number(tall)));
      line.append(' ').append(number((i + 0.5) * width)).append(',');
      line.append(number(HEIGHT - HEIGHT * bucket.sum() / sum));
      rows.add(row(bucket));
    }
    String words =
        "%s tokens and %s over %d iterations; the most in one place: %s tokens"
            .formatted(
                Amounts.count(tokens),
                Amounts.dollars(buckets.getLast().sum()),
                entries.size(),
                Amounts.count(most));
    return Optional.of(new TaskPage.Chart(line.toString(), columns, words, rows, ""));
  }

  private static List<Bucket> buckets(List<JournalItem.Entry> entries) {
    int each = (entries.size() + COLUMNS_MAX - 1) / COLUMNS_MAX;
    List<Bucket> buckets = new ArrayList<>();
    long sum = 0;
    for (int i = 0; i < entries.size(); i += each) {
      List<JournalItem.Entry> some = entries.subList(i, Math.min(entries.size(), i + each));
      long micros = some.stream().mapToLong(entry -> entry.usage().costMicros()).sum();
      sum += micros;
      buckets.add(
          new Bucket(
              some.getFirst().iteration(),
              some.getLast().iteration(),
              some.stream().mapToLong(entry -> entry.usage().tokens()).sum(),
              micros,
              sum));
    }
    return buckets;
  }

  private static TaskPage.ChartRow row(Bucket bucket) {
    return new TaskPage.ChartRow(
        bucket.first() == bucket.last()
            ? Integer.toString(bucket.first())
            : bucket.first() + " to " + bucket.last(),
        Amounts.count(bucket.tokens()),
        Amounts.dollars(bucket.micros()),
        Amounts.dollars(bucket.sum()));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
