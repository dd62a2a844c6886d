package dev.treadle.bench;

import java.text.NumberFormat;
import java.util.Arrays;
import java.util.Locale;

/**
 * One row of the table.
 *
 * @param figure with its unit
 * @param floor the same work without the engine in the same run, or nothing
 * @param ratio the figure against the floor: below one is worse for a rate, above one for a time
 * @param goal what it is held against, or nothing
 */
public record Measure(String what, String figure, String floor, String ratio, String goal) {
  /** So many a second, against a floor of as many a second. */
  public static Measure rate(String what, double perSecond, double floorPerSecond, String goal) {
    return against(what, perSecond, floorPerSecond, 0, "/s", goal);
  }

  /** A time, against the floor's. */
  public static Measure millis(String what, double millis, double floorMillis, String goal) {
    return against(what, millis, floorMillis, 2, " ms", goal);
  }

  private static Measure against(
      String what, double value, double floor, int digits, String unit, String goal) {
    return new Measure(
        what,
        number(value, digits) + unit,
        number(floor, digits) + unit,
        number(value / floor, 2),
        goal);
  }

  /** The one in the middle. */
  public static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /** A figure for itself. */
  public static Measure alone(String what, double value, int digits, String unit, String goal) {
    return new Measure(what, number(value, digits) + " " + unit, "", "", goal);
  }

  /** The same on every machine. */
  private static String number(double value, int digits) {
    NumberFormat format = NumberFormat.getInstance(Locale.ROOT);
    format.setMinimumFractionDigits(digits);
    format.setMaximumFractionDigits(digits);
    return format.format(value);
  }

  String row() {
    return "| %s | %s | %s | %s | %s |".formatted(what, figure, floor, ratio, goal);
  }
}
