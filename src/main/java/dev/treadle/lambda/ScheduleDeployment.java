package dev.treadle.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import dev.treadle.Violation;
import dev.treadle.aws.AwsPlaces;
import dev.treadle.engine.AgentCatalog;
import dev.treadle.engine.Loop;
import dev.treadle.trigger.Schedule;
import dev.treadle.trigger.ScheduleFile;
import dev.treadle.trigger.ScheduleTrigger;
import dev.treadle.trigger.Timetable;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import org.eclipse.microprofile.config.Config;

/**
 * The schedules whose fires the watchdog expects and the pages of series show, from {@code
 * TREADLE_SCHEDULES}: a document of {@link ScheduleFile}. It starts nothing; EventBridge Scheduler
 * does.
 */
@Singleton
public class ScheduleDeployment {
  private final Config config;

  public ScheduleDeployment(Config config) {
    this.config = config;
  }

  @Produces
  @Singleton
  FireWatch fires(
      AwsPlaces places, Loop loop, ScheduleTrigger trigger, AgentCatalog agents, Metrics metrics) {
    return new FireWatch(
        schedules(agents),
        new ExpectedFires(loop.store(), places.series(), trigger),
        places.series(),
        metrics.counting(Metric.MISSED_FIRES));
  }

  @Produces
  @Singleton
  ScheduledSeries series(
      AwsPlaces places,
      Loop loop,
      ScheduleTrigger trigger,
      AgentCatalog agents,
      InstantSource clock) {
    ExpectedFires expected = new ExpectedFires(loop.store(), places.series(), trigger);
    // Read when a page asks: a mistake in it closes the pages of series, and not those of tasks.
    return new ScheduledSeries(() -> schedules(agents), expected, places.series(), agents, clock);
  }

  private List<Schedule> schedules(AgentCatalog agents) {
    try {
      JsonNode document =
          Json.parse(config.getOptionalValue("treadle.schedules", String.class).orElse("[]"));
      return switch (ScheduleFile.read(document, agents)) {
        case ScheduleFile.Valid(List<Schedule> schedules) -> foreseeable(schedules);
        case ScheduleFile.Invalid(List<Violation> violations) ->
            throw new IllegalStateException("TREADLE_SCHEDULES: " + violations);
      };
    } catch (Json.MalformedJson malformed) {
      throw new IllegalStateException(
          "TREADLE_SCHEDULES must be JSON: " + malformed.getMessage(), malformed);
    }
  }

  /** EventBridge counts a rate from a start that only it knows. */
  private static List<Schedule> foreseeable(List<Schedule> schedules) {
    for (Schedule schedule : schedules) {
      if (schedule.timetable() instanceof Timetable.Rate) {
        throw new IllegalStateException(
            "TREADLE_SCHEDULES: expression of %s must be cron(...) or at(...): when a rate fires is known to EventBridge alone"
                .formatted(schedule.name()));
      }
    }
    return schedules;
  }
}
