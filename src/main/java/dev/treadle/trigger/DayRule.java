package dev.treadle.trigger;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which days a cron expression means: by the month or by the week. */
interface DayRule {
  CronField OF_MONTH = new CronField("day-of-month", 1, 31, List.of());
  CronField OF_WEEK =
      new CronField("day-of-week", 1, 7, List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"));
  Pattern NEAREST = Pattern.compile("([0-9]{1,2})W");
  Pattern LAST = Pattern.compile("([A-Z0-9]{1,3})L");
  Pattern NTH = Pattern.compile("([A-Z0-9]{1,3})#([1-5])");

  boolean matches(LocalDate day);

  static DayRule ofMonth(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    if (upper.equals("L")) return day -> day.getDayOfMonth() == day.lengthOfMonth();
    Matcher nearest = NEAREST.matcher(upper);
    if (nearest.matches()) {
      int wanted = OF_MONTH.value(nearest.group(1), text);
      return day -> day.equals(weekdayNearest(day, wanted));
    }
    BitSet days = OF_MONTH.values(text);
    return day -> days.get(day.getDayOfMonth());
  }

  static DayRule ofWeek(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    if (upper.equals("L")) return day -> number(day) == 7;
    Matcher last = LAST.matcher(upper);
    if (last.matches()) {
      int wanted = OF_WEEK.value(last.group(1), text);
      return day -> number(day) == wanted && day.getDayOfMonth() + 7 > day.lengthOfMonth();
    }
    Matcher nth = NTH.matcher(upper);
    if (nth.matches()) {
      int wanted = OF_WEEK.value(nth.group(1), text);
      int which = Integer.parseInt(nth.group(2));
      return day -> number(day) == wanted && (day.getDayOfMonth() - 1) / 7 + 1 == which;
    }
    BitSet days = OF_WEEK.values(text);
    return day -> days.get(number(day));
  }

  /** Sunday is 1. */
  private static int number(LocalDate day) {
    return day.getDayOfWeek() == DayOfWeek.SUNDAY ? 1 : day.getDayOfWeek().getValue() + 1;
  }

  /** Never in another month; a month that has no such day has no such weekday. */
  private static LocalDate weekdayNearest(LocalDate inMonth, int wanted) {
    if (wanted > inMonth.lengthOfMonth()) return LocalDate.MIN;
    LocalDate exact = inMonth.withDayOfMonth(wanted);
    return switch (exact.getDayOfWeek()) {
      case SATURDAY -> wanted == 1 ? exact.plusDays(2) : exact.minusDays(1);
      case SUNDAY -> wanted == exact.lengthOfMonth() ? exact.minusDays(2) : exact.plusDays(1);
      default -> exact;
    };
  }
}
