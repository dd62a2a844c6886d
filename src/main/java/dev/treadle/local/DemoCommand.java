package dev.treadle.local;

import dev.treadle.drift.ScheduleHealth;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code treadle demo}: plays a story with the production engine, in memory. */
@Command(
    name = "demo",
    description = "Plays a story with the production engine, in memory and in seconds.",
    mixinStandardHelpOptions = true,
    subcommands = DemoCommand.Drift.class)
final class DemoCommand {
  static final String NAME = "demo";

  private DemoCommand() {}

  /** {@code treadle demo drift}: a report that would say the same for three weeks. */
  @Command(
      name = "drift",
      description = "Three weeks of a price report whose source changes its pages on day 4.",
      mixinStandardHelpOptions = true)
  @SuppressWarnings("NullAway.Init") // The command line fills in the parameters.
  static final class Drift implements Callable<Integer> {
    private static final DateTimeFormatter DAY =
        DateTimeFormatter.ofPattern("EEE d MMM", Locale.ENGLISH);

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
      PrintWriter out = spec.commandLine().getOut();
      Path folder = Files.createTempDirectory("treadle-demo");
      try (ThreeWeeks weeks = ThreeWeeks.in(folder)) {
        play(weeks, out);
      } finally {
        delete(folder);
      }
      return TreadleCommand.EXIT_DONE;
    }

    static void play(ThreeWeeks weeks, PrintWriter out) {
      out.println(
          "A price report goes out every morning. On day %d the shops change their pages."
              .formatted(ThreeWeeks.REDESIGN_DAY));
      out.println("The same pages are read twice: with the mornings as a series, and without.");
      int mailed = 0;
      int repeated = 0;
      for (int day = 1; day <= ThreeWeeks.DAYS; day++) {
        ThreeWeeks.Morning morning = weeks.play(day);
        if (morning.mailed()) mailed++;
        if (morning.repeats()) repeated++;
        print(morning, out);
      }
      ScheduleHealth health = weeks.health();
      out.println();
      out.println(
          "With:    %d of %d mails went out, and none that said nothing new without a person's word."
              .formatted(mailed, ThreeWeeks.DAYS));
      out.println(
          "Without: %d of %d mails went out, %d of them the same as the one before; nobody was told."
              .formatted(ThreeWeeks.DAYS, ThreeWeeks.DAYS, repeated));
      out.println("Health:  " + health.streak() + ".");
    }

    private static void print(ThreeWeeks.Morning morning, PrintWriter out) {
      out.println();
      out.println(
          "day %2d  %-10s  %-4s  without: %s"
              .formatted(
                  morning.day(),
                  DAY.format(morning.date()),
                  morning.mailed() ? "sent" : "held",
                  morning.repeats() ? "sent, the same again" : "sent"));
      morning.found().forEach(line -> out.println("        " + line.replace("; ", "\n        ")));
      morning.comparison().forEach(line -> out.println("        | " + line));
      morning.person().ifPresent(person -> out.println("        A person " + person.words + "."));
    }

    private static void delete(Path folder) throws IOException {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
      }
    }
  }
}
