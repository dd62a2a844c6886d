package dev.treadle.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import dev.treadle.Violation;
import dev.treadle.lambda.Scripts;
import dev.treadle.trigger.Overlap;
import dev.treadle.trigger.Schedule;
import dev.treadle.trigger.ScheduleFile;
import dev.treadle.trigger.Timetable;
import dev.treadle.trigger.WebhookFile;
import dev.treadle.trigger.WebhookSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code treadle serve}: keeps the runtime up for schedules and other commands. */
@Command(
    name = "serve",
    description = "Keeps the runtime up: runs what is due, fires schedules, answers commands.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // The command line fills in the parameters.
final class ServeCommand implements Callable<Integer> {
  @ParentCommand private TreadleCommand treadle;

  @Option(
      names = "--schedule",
      paramLabel = "AGENT=WHEN",
      description =
          "starts an agent's sample, as in pricing=24h or \"pricing=cron(0 6 ? * MON-FRI *)\"")
  private List<String> samples = new ArrayList<>();

  @Option(
      names = "--schedules",
      paramLabel = "FILE",
      description = "schedules with their own names, inputs, time zones and overlap, as JSON")
  private @Nullable Path file;

  @Option(
      names = "--webhooks",
      paramLabel = "FILE",
      description = "who may post to /hooks/NAME and what that starts, as JSON")
  private @Nullable Path hooks;

  @Override
  public Integer call() throws Exception {
    Session session = treadle.session();
    LocalRuntime runtime = session.runtime();
    if (!session.alone()) {
      session.out().println("treadle: a runtime serves this folder already");
      return TreadleCommand.EXIT_USAGE;
    }
    List<Schedule> schedules = new ArrayList<>();
    try {
      for (String sample : samples) schedules.add(sample(sample, runtime));
      if (file != null)
        schedules.addAll(schedules("--schedules " + file, Files.readString(file), runtime));
      demandOwnNames(schedules);
      if (hooks != null) runtime.receive(webhooks(hooks, runtime));
    } catch (IllegalArgumentException | IOException | Json.MalformedJson wrong) {
      session.out().println("treadle: " + wrong.getMessage());
      return TreadleCommand.EXIT_USAGE;
    }
    runtime.store().add((_, line) -> session.out().println(line));
    runtime.poll(schedules);
    session.out().println("serving at " + runtime.site() + " (Ctrl-C ends it, tasks keep)");
    new CountDownLatch(1).await();
    return TreadleCommand.EXIT_DONE;
  }

  private static Schedule sample(String text, LocalRuntime runtime) throws Json.MalformedJson {
    int split = text.indexOf('=');
    if (split < 1) {
      throw new IllegalArgumentException("--schedule: must be AGENT=WHEN, was " + text);
    }
    String agent = text.substring(0, split);
    if (runtime.catalog().find(agent).isEmpty()) {
      throw new IllegalArgumentException(
          "--schedule: must name an agent; there are "
              + String.join(", ", runtime.catalog().names()));
    }
    JsonNode input = Json.parse(Scripts.sampleInput(agent, runtime.site()).orElse("{}"));
    Timetable when = timetable(text.substring(split + 1));
    return new Schedule(agent, when, ZoneId.systemDefault(), agent, input, Overlap.ALLOW);
  }

  /** A schedule's tasks and its series bear its name: of two, only one would ever fire. */
  private static void demandOwnNames(List<Schedule> schedules) {
    Set<String> names = new HashSet<>();
    for (Schedule schedule : schedules) {
      if (names.add(schedule.name())) continue;
      throw new IllegalArgumentException(
          "--schedule: two schedules are named %s; --schedules FILE gives each a name of its own"
              .formatted(schedule.name()));
    }
  }

  private static Timetable timetable(String text) {
    try {
      if (text.endsWith(")")) return Timetable.parse(text);
      String upper = text.toUpperCase(Locale.ROOT);
      return new Timetable.Rate(Duration.parse(upper.endsWith("D") ? "P" + upper : "PT" + upper));
    } catch (DateTimeParseException notDuration) {
      throw new IllegalArgumentException(
          "--schedule: must be as in 24h, 5m, rate(1 day) or cron(0 6 ? * MON-FRI *), was " + text,
          notDuration);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException("--schedule: " + wrong.getMessage(), wrong);
    }
  }

  /**
   * Reads a document of schedules.
   *
   * @param what it is, for the refusal
   */
  static List<Schedule> schedules(String what, String text, LocalRuntime runtime)
      throws Json.MalformedJson {
    return switch (ScheduleFile.read(Json.parse(text), runtime.catalog())) {
      case ScheduleFile.Valid(List<Schedule> schedules) -> schedules;
      case ScheduleFile.Invalid(List<Violation> violations) -> throw refused(what, violations);
    };
  }

  private static List<WebhookSource> webhooks(Path file, LocalRuntime runtime)
      throws IOException, Json.MalformedJson {
    return switch (WebhookFile.read(Json.parse(Files.readString(file)), runtime.catalog())) {
      case WebhookFile.Valid(List<WebhookSource> sources) -> sources;
      case WebhookFile.Invalid(List<Violation> violations) ->
          throw refused("--webhooks " + file, violations);
    };
  }

  private static IllegalArgumentException refused(String what, List<Violation> violations) {
    StringBuilder text = new StringBuilder(what).append(": nothing of it is used");
    violations.forEach(violation -> text.append("\n  ").append(violation));
    return new IllegalArgumentException(text.toString());
  }
}
