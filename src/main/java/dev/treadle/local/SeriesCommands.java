package dev.treadle.local;

import dev.treadle.DeliveryCheck.Difference;
import dev.treadle.Json;
import dev.treadle.SeriesKey;
import dev.treadle.drift.Acknowledgement;
import dev.treadle.drift.RunComparison;
import dev.treadle.drift.ScheduleHealth;
import dev.treadle.drift.SeriesTable;
import dev.treadle.engine.SeriesRun;
import dev.treadle.lambda.ScheduledSeries;
import dev.treadle.trigger.Schedule;
import dev.treadle.web.SeriesDesk;
import java.io.PrintWriter;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** What a person may ask and say about a series. */
final class SeriesCommands {
  private static final int RUNS_SHOWN = 30;

  private SeriesCommands() {}

  /** {@code treadle health}: what a series has been doing. */
  @Command(
      name = "health",
      description = {
        "Says how a series is doing.",
        "Exit code: 0 well, 1 not well, 2 there is no such series."
      },
      mixinStandardHelpOptions = true)
  @SuppressWarnings("NullAway.Init") // The command line fills in the parameters.
  static final class Health implements Callable<Integer> {
    @ParentCommand private TreadleCommand treadle;

    @Parameters(paramLabel = "SERIES")
    private String series;

    @Option(names = "--json", description = "as one JSON document")
    private boolean json;

    @Option(
        names = "--schedules",
        paramLabel = "FILE|JSON",
        description = "when it should have run (default: the schedules of the runtime that serves)")
    private @Nullable String schedules;

    @Override
    public Integer call() {
      Session session = treadle.session();
      try {
        return call(session, schedule(session.runtime()));
      } catch (IllegalArgumentException | Json.MalformedJson wrong) {
        session.out().println("treadle: " + wrong.getMessage());
        return TreadleCommand.EXIT_USAGE;
      }
    }

    private Optional<Schedule> schedule(LocalRuntime runtime) throws Json.MalformedJson {
      List<Schedule> known =
          schedules == null
              ? runtime.schedules()
              : ServeCommand.schedules("--schedules", schedules, runtime);
      Optional<Schedule> own =
          known.stream().filter(schedule -> schedule.name().equals(series)).findFirst();
      if (schedules != null && own.isEmpty()) {
        throw new IllegalArgumentException("--schedules: no schedule is named " + series);
      }
      return own;
    }

    private int call(Session session, Optional<Schedule> schedule) {
      LocalRuntime runtime = session.runtime();
      ScheduledSeries known = runtime.scheduledSeries(() -> schedule.stream().toList());
      Optional<ScheduleHealth> looked =
          SeriesKey.isLegal(series)
              ? known.view(new SeriesKey(series)).map(SeriesDesk.View::health)
              : Optional.empty();
      if (looked.isEmpty()) return missing(session, series);
      ScheduleHealth health = looked.get();
      if (json) session.out().println(Json.pretty(health));
      else print(health, session.out());
      return health.isWell() ? TreadleCommand.EXIT_DONE : TreadleCommand.EXIT_FAILED;
    }

    static void print(ScheduleHealth health, PrintWriter out) {
      out.println(health.series() + ": " + (health.isWell() ? "well" : "NOT WELL"));
      out.println(health.streak());
      health.overdue().ifPresent(words -> out.println("OVERDUE: " + words));
      if (health.expectedFires() > 0) {
        out.println(
            "%d of %d expected fires were missed"
                .formatted(health.missed().size(), health.expectedFires()));
      }
      health.missed().forEach(fire -> out.println("MISSED: " + fire));
      health.expected().ifPresent(word -> out.println(word.words()));
      out.println(
          "the last run cost %,d micros, the median is %,d"
              .formatted(health.cost().latestMicros(), health.cost().medianMicros()));
      out.println();
      out.println(
          "%-24s %-9s %-22s %7s %7s %6s %9s  %s"
              .formatted(
                  "started", "delivered", "ended", "like", "chars", "items", "micros", "found"));
      health.runs().forEach(run -> out.println(line(run)));
      if (health.freshness().isEmpty()) return;
      out.println();
      out.println("what the last run read:");
      for (ScheduleHealth.Freshness source : health.freshness()) {
        out.println(
            "  %-60s same since %s%s"
                .formatted(
                    source.source(),
                    source.sameSince(),
                    source.says().map(says -> ", says " + says).orElse("")));
      }
    }

    private static String line(ScheduleHealth.Run run) {
      String found =
          String.join(
              ", ", run.findings().stream().map(each -> words(each.kind())).distinct().toList());
      return "%-24s %-9s %-22s %7s %7d %6d %9d  %s"
          .formatted(
              run.startedAt(),
              run.delivered() ? "yes" : "no",
              run.reason().wireName(),
              run.similarity().map(like -> Math.round(like * 100) + " %").orElse("-"),
              run.chars(),
              run.items(),
              run.costMicros(),
              found.isEmpty() || run.expected().isEmpty() ? found : found + " (expected)");
    }

    private static String words(Enum<?> kind) {
      return kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
  }

  /** {@code treadle compare}: two runs of a series side by side. */
  @Command(
      name = "compare",
      description = "Puts two runs of a series side by side.",
      mixinStandardHelpOptions = true)
  @SuppressWarnings("NullAway.Init") // The command line fills in the parameters.
  static final class Compare implements Callable<Integer> {
    @ParentCommand private TreadleCommand treadle;

    @Parameters(index = "0", paramLabel = "SERIES")
    private String series;

    @Parameters(
        index = "1",
        arity = "0..1",
        paramLabel = "TASK",
        description = "the earlier run's (default: the last but one)")
    private @Nullable String before;

    @Parameters(
        index = "2",
        arity = "0..1",
        paramLabel = "TASK",
        description = "the later run's (default: the last)")
    private @Nullable String now;

    @Option(names = "--json", description = "one JSON document a line")
    private boolean json;

    @Override
    public Integer call() {
      Session session = treadle.session();
      List<SeriesRun> runs =
          runs(session.runtime().series(), series, session.runtime().clock().instant()).stream()
              .filter(run -> run.fingerprint() != null)
              .toList();
      Optional<SeriesRun> earlier = find(runs, before, 1);
      Optional<SeriesRun> later = find(runs, now, 0);
      if (earlier.isEmpty() || later.isEmpty()) {
        session.out().println("treadle: %s has no two such runs with a result".formatted(series));
        return TreadleCommand.EXIT_USAGE;
      }
      RunComparison comparison = RunComparison.of(earlier.get(), later.get()).orElseThrow();
      for (Difference line : comparison.lines()) {
        session
            .out()
            .println(
                json
                    ? Json.write(line)
                    : "%-44s  %-40s  %s".formatted(line.what(), line.before(), line.now()));
      }
      return TreadleCommand.EXIT_DONE;
    }

    private static Optional<SeriesRun> find(
        List<SeriesRun> runs, @Nullable String task, int fromNewest) {
      return task == null
          ? runs.stream().skip(fromNewest).findFirst()
          : runs.stream().filter(run -> run.taskId().value().equals(task)).findFirst();
    }
  }

  /** {@code treadle expect}: a series is expected to look as it does. */
  @Command(
      name = "expect",
      description = "Says that a series is expected to look as it does, until a date.",
      mixinStandardHelpOptions = true)
  @SuppressWarnings("NullAway.Init") // The command line fills in the parameters.
  static final class Expect implements Callable<Integer> {
    @ParentCommand private TreadleCommand treadle;

    @Parameters(paramLabel = "SERIES")
    private String series;

    @Option(
        names = "--until",
        required = true,
        paramLabel = "DATE",
        description = "the first day on which it is judged again; today takes it back")
    private String until;

    @Option(names = "--why", required = true, description = "is kept with the runs")
    private String why;

    @Override
    public Integer call() {
      Session session = treadle.session();
      SeriesTable table = session.runtime().series();
      Instant now = session.runtime().clock().instant();
      List<SeriesRun> runs = runs(table, series, now);
      if (runs.isEmpty()) return missing(session, series);
      try {
        Instant end = LocalDate.parse(until).atStartOfDay(ZoneId.systemDefault()).toInstant();
        Acknowledgement word =
            Acknowledgement.now(
                new SeriesKey(series), runs, now, end, OperatorCommands.person(), why);
        table.acknowledge(word);
        session.out().println(series + " is " + word.words());
        return TreadleCommand.EXIT_DONE;
      } catch (DateTimeException notDate) {
        session.out().println("treadle: --until must be a date such as 2026-03-31, was " + until);
        return TreadleCommand.EXIT_USAGE;
      } catch (IllegalArgumentException wrong) {
        session.out().println("treadle: " + wrong.getMessage());
        return TreadleCommand.EXIT_USAGE;
      }
    }
  }

  private static List<SeriesRun> runs(SeriesTable table, String series, Instant now) {
    return SeriesKey.isLegal(series)
        ? table.runs(new SeriesKey(series), now.plusSeconds(1), RUNS_SHOWN)
        : List.of();
  }

  private static int missing(Session session, String series) {
    session.out().println("treadle: no run of a series " + series + " has ended yet");
    return TreadleCommand.EXIT_USAGE;
  }
}
