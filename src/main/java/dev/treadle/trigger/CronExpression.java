package dev.treadle.trigger;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * The six fields of an EventBridge cron expression: minutes, hours, day of month, month, day of
 * week, year.
 *
 * <p>One of the two days is {@code ?}. A day of week is 1 to 7 from Sunday, {@code L} for Saturday,
 * {@code 6L} for the last Friday of a month, or {@code 3#2} for its second Tuesday; a day of month
 * may be {@code L} or {@code 15W}, the weekday nearest to the 15th within the month.
 */
public final class CronExpression {
  private static final int FIELDS = 6;
  private static final String ANY = "?";
  private static final List<String> MONTHS =
      List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");

  private final String text;
  private final BitSet minutes;
  private final BitSet hours;
  private final DayRule days;
  private final BitSet months;
  private final BitSet years;

  private CronExpression(String text, List<String> fields) {
    this.text = text;
    minutes = new CronField("minutes", 0, 59, List.of()).values(fields.get(0));
    hours = new CronField("hours", 0, 23, List.of()).values(fields.get(1));
    String dayOfMonth = fields.get(2);
    String dayOfWeek = fields.get(4);
    if (dayOfMonth.equals(ANY) == dayOfWeek.equals(ANY)) {
      throw new IllegalArgumentException(
          "one of day-of-month and day-of-week must be ?, and the other not; were %s and %s"
              .formatted(dayOfMonth, dayOfWeek));
    }
    days = dayOfWeek.equals(ANY) ? DayRule.ofMonth(dayOfMonth) : DayRule.ofWeek(dayOfWeek);
    months = new CronField("month", 1, 12, MONTHS).values(fields.get(3));
    years = new CronField("year", 1970, 2199, List.of()).values(fields.get(5));
  }

  /**
   * Reads the fields.
   *
   * @throws IllegalArgumentException names the field and the rule that it breaks
   */
  public static CronExpression parse(String text) {
    List<String> fields = List.of(text.strip().split("\\s+"));
    if (fields.size() != FIELDS) {
      throw new IllegalArgumentException(
          "cron must have 6 fields: minutes hours day-of-month month day-of-week year; had %d in \"%s\""
              .formatted(fields.size(), text));
    }
    return new CronExpression(text.strip(), fields);
  }

  /** The first minute after a time on the same clock; empty when there is none any more. */
  public Optional<LocalDateTime> next(LocalDateTime after) {
    LocalDate day = after.toLocalDate();
    LocalTime from = after.toLocalTime();
    LocalDate end = LocalDate.of(years.length(), 1, 1);
    while (day.isBefore(end)) {
      if (!years.get(day.getYear())) {
        day = LocalDate.of(day.getYear() + 1, 1, 1);
      } else if (!months.get(day.getMonthValue())) {
        day = day.withDayOfMonth(1).plusMonths(1);
      } else {
        Optional<LocalTime> time =
            !days.matches(day)
                ? Optional.empty()
                : day.equals(after.toLocalDate()) ? timeAfter(from) : timeFrom(0, 0);
        if (time.isPresent()) return Optional.of(day.atTime(time.get()));
        day = day.plusDays(1);
      }
    }
    return Optional.empty();
  }

  private Optional<LocalTime> timeAfter(LocalTime after) {
    int minuteOfDay = after.getHour() * 60 + after.getMinute() + 1;
    return timeFrom(minuteOfDay / 60, minuteOfDay % 60);
  }

  private Optional<LocalTime> timeFrom(int hour, int minute) {
    int firstHour = hours.nextSetBit(hour);
    if (firstHour < 0) return Optional.empty();
    if (firstHour > hour) return Optional.of(LocalTime.of(firstHour, minutes.nextSetBit(0)));
    int firstMinute = minutes.nextSetBit(minute);
    return firstMinute < 0
        ? timeFrom(hour + 1, 0)
        : Optional.of(LocalTime.of(firstHour, firstMinute));
  }

  @Override
  public String toString() {
    return text;
  }
}
