package dev.treadle.trigger;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When a schedule fires, as EventBridge Scheduler writes it: {@code rate(5 minutes)}, {@code cron(0
 * 6 ? * MON-FRI *)} or {@code at(2026-03-01T06:00:00)}.
 */
public sealed interface Timetable {
  /** The first slot after a time; empty when there is none any more. */
  Optional<Instant> next(Instant after, ZoneId zone);

  /** Reads what stands in brackets after {@code rate}, {@code cron} or {@code at}. */
  Pattern FORM = Pattern.compile("(rate|cron|at)\\(([^()]*)\\)");

  /**
   * Reads an expression.
   *
   * @throws IllegalArgumentException it is none; the message names the part and the rule
   */
  static Timetable parse(String text) {
    Matcher form = FORM.matcher(text.strip());
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "must be rate(...), cron(...) or at(...), was \"%s\"".formatted(text));
    }
    String body = form.group(2).strip();
    return switch (form.group(1)) {
      case "rate" -> Rate.parse(body);
      case "cron" -> Cron.parse(body);
      default -> At.parse(body);
    };
  }

  /**
   * Equal steps.
   *
   * @param step slots are its multiples since 1970 in UTC, so a restart does not move them
   */
  record Rate(Duration step) implements Timetable {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,6}) +(minute|hour|day)s?");
    private static final String RULE = "must be as in rate(5 minutes), rate(1 hour) or rate(1 day)";

    public Rate {
      if (step.compareTo(Duration.ofMinutes(1)) < 0) {
        throw new IllegalArgumentException("rate must be at least 1 minute, was " + step);
      }
    }

    static Rate parse(String body) {
      Matcher form = FORM.matcher(body);
      if (!form.matches() || Integer.parseInt(form.group(1)) == 0) {
        throw new IllegalArgumentException("%s, was rate(%s)".formatted(RULE, body));
      }
      int value = Integer.parseInt(form.group(1));
      return switch (form.group(2)) {
        case "minute" -> new Rate(Duration.ofMinutes(value));
        case "hour" -> new Rate(Duration.ofHours(value));
        default -> new Rate(Duration.ofDays(value));
      };
    }

    @Override
    public Optional<Instant> next(Instant after, ZoneId zone) {
      long millis = step.toMillis();
      return Optional.of(
          Instant.ofEpochMilli((Math.floorDiv(after.toEpochMilli(), millis) + 1) * millis));
    }
  }

  /**
   * The times that a {@link CronExpression} means on the clocks of a zone.
   *
   * <p>As in EventBridge Scheduler, a time that the clocks skip in spring is skipped, and one that
   * they show twice in autumn is meant once, the first time.
   */
  record Cron(CronExpression expression) implements Timetable {
    static Cron parse(String body) {
      return new Cron(CronExpression.parse(body));
    }

    @Override
    public Optional<Instant> next(Instant after, ZoneId zone) {
      Optional<LocalDateTime> local = expression.next(LocalDateTime.ofInstant(after, zone));
      while (local.isPresent()) {
        var offsets = zone.getRules().getValidOffsets(local.get());
        if (!offsets.isEmpty()) {
          Instant slot = local.get().toInstant(offsets.getFirst());
          if (slot.isAfter(after)) return Optional.of(slot);
        }
        local = expression.next(local.get());
      }
      return Optional.empty();
    }
  }

  /** One time on the clocks of a zone. */
  record At(LocalDateTime time) implements Timetable {
    static At parse(String body) {
      try {
        return new At(LocalDateTime.parse(body));
      } catch (DateTimeParseException notTime) {
        throw new IllegalArgumentException(
            "must be as in at(2026-03-01T06:00:00), was at(%s)".formatted(body), notTime);
      }
    }

    @Override
    public Optional<Instant> next(Instant after, ZoneId zone) {
      return Optional.of(time.atZone(zone).toInstant()).filter(slot -> slot.isAfter(after));
    }
  }
}
