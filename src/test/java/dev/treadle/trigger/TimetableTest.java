package dev.treadle.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expressions mean what EventBridge Scheduler says that they mean. */
class TimetableTest {
  private static final ZoneId UTC = ZoneId.of("UTC");
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private static List<String> slots(String expression, ZoneId zone, String after, int most) {
    Timetable timetable = Timetable.parse(expression);
    List<String> slots = new ArrayList<>();
    Optional<Instant> next = timetable.next(Instant.parse(after), zone);
    while (next.isPresent() && slots.size() < most) {
      slots.add(next.get().toString());
      next = timetable.next(next.get(), zone);
    }
    return slots;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cron(0 10 * * ? *)            | 2026-03-01T10:00:00Z | 2026-03-02T10:00:00Z | 2026-03-03T10:00:00Z
          cron(15 12 * * ? *)           | 2026-03-01T00:00:00Z | 2026-03-01T12:15:00Z | 2026-03-02T12:15:00Z
          cron(0 18 ? * MON-FRI *)      | 2026-03-06T18:00:00Z | 2026-03-09T18:00:00Z | 2026-03-10T18:00:00Z
          cron(0 8 1 * ? *)             | 2026-03-01T08:00:00Z | 2026-04-01T08:00:00Z | 2026-05-01T08:00:00Z
          cron(0/15 * * * ? *)          | 2026-03-01T00:07:30Z | 2026-03-01T00:15:00Z | 2026-03-01T00:30:00Z
          cron(0/10 * ? * MON-FRI *)    | 2026-03-06T23:50:00Z | 2026-03-09T00:00:00Z | 2026-03-09T00:10:00Z
          cron(0/5 8-17 ? * MON-FRI *)  | 2026-03-06T17:55:00Z | 2026-03-09T08:00:00Z | 2026-03-09T08:05:00Z
          cron(15 10 ? * 6L 2026-2027)  | 2026-03-01T00:00:00Z | 2026-03-27T10:15:00Z | 2026-04-24T10:15:00Z
          cron(0 9 ? * 3#2 *)           | 2026-03-01T00:00:00Z | 2026-03-10T09:00:00Z | 2026-04-14T09:00:00Z
          cron(0 9 ? * MON#5 *)         | 2026-03-01T00:00:00Z | 2026-03-30T09:00:00Z | 2026-06-29T09:00:00Z
          cron(0 9 L * ? *)             | 2026-02-01T00:00:00Z | 2026-02-28T09:00:00Z | 2026-03-31T09:00:00Z
          cron(0 9 ? * L *)             | 2026-03-01T00:00:00Z | 2026-03-07T09:00:00Z | 2026-03-14T09:00:00Z
          cron(0 9 15W * ? *)           | 2026-02-01T00:00:00Z | 2026-02-16T09:00:00Z | 2026-03-16T09:00:00Z
          cron(0 9 1W * ? *)            | 2026-07-15T00:00:00Z | 2026-08-03T09:00:00Z | 2026-09-01T09:00:00Z
          cron(0 9 31W * ? *)           | 2026-01-01T00:00:00Z | 2026-01-30T09:00:00Z | 2026-03-31T09:00:00Z
          cron(0 9 31 * ? *)            | 2026-01-31T09:00:00Z | 2026-03-31T09:00:00Z | 2026-05-31T09:00:00Z
          cron(0 9 29 2 ? *)            | 2026-03-01T00:00:00Z | 2028-02-29T09:00:00Z | 2032-02-29T09:00:00Z
          cron(59 23 31 DEC ? *)        | 2026-12-31T23:58:59Z | 2026-12-31T23:59:00Z | 2027-12-31T23:59:00Z
          cron(0 0 1 jan,jul ? *)       | 2026-01-01T00:00:00Z | 2026-07-01T00:00:00Z | 2027-01-01T00:00:00Z
          cron(5,35 14 ? * 1,7 *)       | 2026-03-01T14:05:00Z | 2026-03-01T14:35:00Z | 2026-03-07T14:05:00Z
          rate(5 minutes)               | 2026-03-01T00:03:00Z | 2026-03-01T00:05:00Z | 2026-03-01T00:10:00Z
          rate(1 hour)                  | 2026-03-01T00:00:00Z | 2026-03-01T01:00:00Z | 2026-03-01T02:00:00Z
          rate(1 day)                   | 2026-03-01T06:00:00Z | 2026-03-02T00:00:00Z | 2026-03-03T00:00:00Z
          """)
  void anExpressionHasItsSlots(String expression, String after, String first, String second) {
    assertThat(slots(expression, UTC, after, 2)).containsExactly(first, second);
  }

  @Test
  void anExpressionOfThePastHasNoSlots() {
    assertThat(slots("cron(0 9 * * ? 2025)", UTC, "2026-01-01T00:00:00Z", 1)).isEmpty();
    assertThat(slots("cron(0 9 31 2 ? *)", UTC, "2026-01-01T00:00:00Z", 1)).isEmpty();
    assertThat(slots("at(2026-03-01T06:00:00)", BERLIN, "2026-03-01T04:59:59Z", 3))
        .containsExactly("2026-03-01T05:00:00Z");
  }

  /** Tries every minute of two years instead of looking for the next. */
  @Test
  void theNextSlotIsTheFirstMinuteOfItsRule() {
    CronExpression expression = CronExpression.parse("7/20 3,14 ? 2,3 TUE-THU 2027-2028");
    List<LocalDateTime> found = new ArrayList<>();
    LocalDateTime from = LocalDateTime.parse("2027-01-01T00:00:00");
    Optional<LocalDateTime> next = expression.next(from);
    while (next.isPresent()) {
      found.add(next.get());
      next = expression.next(next.get());
    }
    List<LocalDateTime> expected = new ArrayList<>();
    for (LocalDateTime minute = from; minute.getYear() < 2029; minute = minute.plusMinutes(1)) {
      int day = minute.getDayOfWeek().getValue();
      boolean isMeant =
          List.of(7, 27, 47).contains(minute.getMinute())
              && List.of(3, 14).contains(minute.getHour())
              && List.of(2, 3).contains(minute.getMonthValue())
              && day >= 2
              && day <= 4;
      if (isMeant) expected.add(minute);
    }
    assertThat(found).isEqualTo(expected).hasSizeGreaterThan(100);
  }

  // The clocks of a zone.

  @Test
  void aTimeIsThatOfTheZonesClocksInSummerAndWinter() {
    assertThat(slots("cron(0 6 * * ? *)", BERLIN, "2026-03-28T00:00:00Z", 3))
        .containsExactly("2026-03-28T05:00:00Z", "2026-03-29T04:00:00Z", "2026-03-30T04:00:00Z");
  }

  @Test
  void aTimeThatTheClocksSkipInSpringIsSkipped() {
    assertThat(slots("cron(30 2 * * ? *)", BERLIN, "2026-03-27T12:00:00Z", 3))
        .containsExactly("2026-03-28T01:30:00Z", "2026-03-30T00:30:00Z", "2026-03-31T00:30:00Z");
  }

  @Test
  void aTimeThatTheClocksShowTwiceInAutumnIsMeantOnce() {
    assertThat(slots("cron(30 2 * * ? *)", BERLIN, "2026-10-24T12:00:00Z", 2))
        .containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
    // Asked in the second of the two hours, the next one is tomorrow's.
    assertThat(slots("cron(30 2 * * ? *)", BERLIN, "2026-10-25T01:10:00Z", 1))
        .containsExactly("2026-10-26T01:30:00Z");
  }

  // What is no expression.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          every day                  | must be rate(...), cron(...) or at(...), was "every day"
          cron(0 6 * * ? *           | must be rate(...), cron(...) or at(...)
          cron(0 6 * * ?)            | cron must have 6 fields: minutes hours day-of-month month day-of-week year; had 5
          cron(0 0 6 * * ? *)        | had 7
          cron(60 6 * * ? *)         | minutes must hold values from 0 to 59 with , - * /, was 60
          cron(0 24 * * ? *)         | hours must hold values from 0 to 23 with , - * /, was 24
          cron(0 6 32 * ? *)         | day-of-month must hold values from 1 to 31
          cron(0 6 0 * ? *)          | day-of-month must hold values from 1 to 31
          cron(0 6 * 13 ? *)         | month must hold values from 1 to 12 or JAN-DEC with , - * /, was 13
          cron(0 6 ? * 8 *)          | day-of-week must hold values from 1 to 7 or SUN-SAT with , - * /, was 8
          cron(0 6 ? * FRI-MON *)    | day-of-week must hold values
          cron(0 6 ? * 3#6 *)        | day-of-week must hold values
          cron(0 6 * * ? 1969)       | year must hold values from 1970 to 2199
          cron(0 6 * * MON *)        | one of day-of-month and day-of-week must be ?, and the other not; were * and MON
          cron(0 6 ? * ? *)          | one of day-of-month and day-of-week must be ?
          cron(*/0 6 * * ? *)        | minutes must hold values
          cron(1,,2 6 * * ? *)       | minutes must hold values
          cron(5-1 6 * * ? *)        | minutes must hold values
          cron(-1 6 * * ? *)         | minutes must hold values
          cron(0 6 99W * ? *)        | day-of-month must hold values
          rate(0 minutes)            | must be as in rate(5 minutes), rate(1 hour) or rate(1 day), was rate(0 minutes)
          rate(5 weeks)              | must be as in rate(5 minutes)
          rate(-5 minutes)           | must be as in rate(5 minutes)
          rate(30 seconds)           | must be as in rate(5 minutes)
          at(tomorrow)               | must be as in at(2026-03-01T06:00:00), was at(tomorrow)
          at(2026-02-30T06:00:00)    | must be as in at(2026-03-01T06:00:00)
          """)
  void aBadExpressionIsRefusedWithItsFieldAndRule(String expression, String message) {
    assertThatThrownBy(() -> Timetable.parse(expression))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
