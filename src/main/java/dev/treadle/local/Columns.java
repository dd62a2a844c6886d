package dev.treadle.local;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows of text under one another, each column as wide as its widest cell. */
final class Columns {
  private static final String GAP = "  ";
  private final List<List<String>> rows = new ArrayList<>();

  static Columns titled(String... titles) {
    return new Columns().row(titles);
  }

  Columns row(String... cells) {
    rows.add(List.of(cells));
    return this;
  }

  /** A line of its own below the row before, under the second column. */
  Columns below(String text) {
    rows.add(List.of("", text));
    return this;
  }

  void print(PrintWriter out) {
    List<Integer> widths = widths();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        line.append(row.get(i));
        if (i == row.size() - 1) break;
        line.append(" ".repeat(widths.get(i) - row.get(i).length())).append(GAP);
      }
      out.println(line.toString().stripTrailing());
    }
  }

  /** The last cell of a row pushes nothing to the right. */
  private List<Integer> widths() {
    List<Integer> widths = new ArrayList<>();
    for (List<String> row : rows) {
      for (int i = 0; i < row.size() - 1; i++) {
        if (i == widths.size()) widths.add(0);
        widths.set(i, Math.max(widths.get(i), row.get(i).length()));
      }
    }
    return widths;
  }

  /** A time as people say it, in its largest unit and the next. */
  static String span(Duration time) {
    long seconds = Math.max(0, time.toSeconds());
    if (seconds < 60) return seconds + " s";
    if (seconds < 3_600) return seconds / 60 + " min";
    if (seconds < 86_400) return "%d h %d min".formatted(seconds / 3_600, seconds / 60 % 60);
    return "%d d %d h".formatted(seconds / 86_400, seconds / 3_600 % 24);
  }

  static String dollars(long micros) {
    return String.format(Locale.ROOT, "$%.4f", micros / 1_000_000.0);
  }
}
