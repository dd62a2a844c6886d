package dev.treadle.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import dev.treadle.lambda.Scripts;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
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
      paramLabel = "AGENT=RATE",
      description = "starts an agent's sample at a rate, as in pricing=24h or pricing=1m")
  private List<String> schedules = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    TreadleCommand.Session session = treadle.session();
    LocalRuntime runtime = session.runtime();
    if (!session.alone()) {
      session.out().println("treadle: a runtime serves this folder already");
      return TreadleCommand.EXIT_USAGE;
    }
    List<LocalScheduler.Schedule> parsed = new ArrayList<>();
    try {
      for (String schedule : schedules) parsed.add(schedule(schedule, runtime));
    } catch (IllegalArgumentException | DateTimeParseException | Json.MalformedJson wrong) {
      session.out().println("treadle: --schedule: " + wrong.getMessage());
      return TreadleCommand.EXIT_USAGE;
    }
    runtime.store().add((_, line) -> session.out().println(line));
    runtime.poll(parsed);
    session.out().println("serving at " + runtime.site() + " (Ctrl-C ends it, tasks keep)");
    new CountDownLatch(1).await();
    return TreadleCommand.EXIT_DONE;
  }

  private static LocalScheduler.Schedule schedule(String text, LocalRuntime runtime)
      throws Json.MalformedJson {
    int split = text.indexOf('=');
    if (split < 1) throw new IllegalArgumentException("must be AGENT=RATE, was " + text);
    String agent = text.substring(0, split);
    if (runtime.catalog().find(agent).isEmpty()) {
      throw new IllegalArgumentException(
          "must name an agent; there are " + String.join(", ", runtime.catalog().names()));
    }
    JsonNode input = Json.parse(Scripts.sampleInput(agent, runtime.site()).orElse("{}"));
    return new LocalScheduler.Schedule(agent, rate(text.substring(split + 1)), input);
  }

  private static Duration rate(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    return Duration.parse(upper.endsWith("D") ? "P" + upper : "PT" + upper);
  }
}
