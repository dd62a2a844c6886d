package dev.treadle.local;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Which of the known names a person may have meant. */
final class Spelling {
  private Spelling() {}

  /** Those that begin alike or differ in a few letters, the nearest first. */
  static List<String> near(String wanted, Collection<String> known) {
    int most = Math.max(2, wanted.length() / 5);
    return known.stream()
        .distinct()
        .filter(name -> name.startsWith(wanted) || changes(wanted, name) <= most)
        .sorted(
            Comparator.comparingInt((String name) -> changes(wanted, name)).thenComparing(n -> n))
        .toList();
  }

  /** How many letters must be added, removed or replaced. */
  private static int changes(String from, String to) {
    int[] before = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) before[j] = j;
    for (int i = 1; i <= from.length(); i++) {
      int[] now = new int[to.length() + 1];
      now[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = before[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        now[j] = Math.min(replaced, 1 + Math.min(now[j - 1], before[j]));
      }
      before = now;
    }
    return before[to.length()];
  }
}
