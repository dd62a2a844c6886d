package dev.treadle.trigger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Violation;
import dev.treadle.engine.AgentCatalog;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Schedules as a document: an array of {@code {schedule, expression, time_zone?, task_type,
 * input_data, overlap?}}. Time zone is UTC and overlap allow where they are not said.
 */
public final class ScheduleFile {
  private static final Set<String> FIELDS =
      Set.of("schedule", "expression", "time_zone", "task_type", "input_data", "overlap");
  private final AgentCatalog agents;
  private final List<Violation> violations = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  private ScheduleFile(AgentCatalog agents) {
    this.agents = agents;
  }

  /** What a document is. */
  public sealed interface Reading {}

  public record Valid(List<Schedule> schedules) implements Reading {}

  /** Each broken rule with the place in the document. */
  public record Invalid(List<Violation> violations) implements Reading {}

  public static Reading read(JsonNode document, AgentCatalog agents) {
    if (!document.isArray()) {
      return new Invalid(List.of(new Violation("(the whole file)", "must be an array")));
    }
    ScheduleFile file = new ScheduleFile(agents);
    List<Schedule> schedules = new ArrayList<>();
    for (int i = 0; i < document.size(); i++) schedules.add(file.schedule(document.get(i), i));
    return file.violations.isEmpty()
        ? new Valid(List.copyOf(schedules))
        : new Invalid(List.copyOf(file.violations));
  }

  private Schedule schedule(JsonNode entry, int number) {
    String at = "/" + number + "/";
    // A zone under another name would be taken for no zone, which is UTC.
    entry
        .fieldNames()
        .forEachRemaining(field -> {
          if (!FIELDS.contains(field)) broken(at + field, "is not a field of a schedule");
        });
    String name = entry.path("schedule").asText();
    if (!Slot.isName(name)) broken(at + "schedule", Slot.NAME_RULE);
    else if (!names.add(name)) broken(at + "schedule", "must be the only one named " + name);
    String agent = entry.path("task_type").asText();
    if (agents.find(agent).isEmpty()) {
      broken(
          at + "task_type", "must name an agent; there are " + String.join(", ", agents.names()));
    }
    JsonNode input = entry.path("input_data");
    if (!(input instanceof ObjectNode)) broken(at + "input_data", "must be a JSON object");
    Timetable timetable = timetable(entry.path("expression").asText(), at + "expression");
    ZoneId zone = zone(entry.path("time_zone").asText("UTC"), at + "time_zone");
    Overlap overlap =
        Overlap.of(entry.path("overlap").asText(Overlap.ALLOW.wireName())).orElse(Overlap.ALLOW);
    if (entry.has("overlap") && Overlap.of(entry.path("overlap").asText()).isEmpty()) {
      broken(at + "overlap", Overlap.RULE);
    }
    return new Schedule(name, timetable, zone, agent, input, overlap);
  }

  private Timetable timetable(String text, String field) {
    try {
      return Timetable.parse(text);
    } catch (IllegalArgumentException wrong) {
      broken(field, String.valueOf(wrong.getMessage()));
      return Timetable.parse("rate(1 day)"); // The file is refused anyway.
    }
  }

  private ZoneId zone(String text, String field) {
    try {
      return ZoneId.of(text);
    } catch (DateTimeException unknown) {
      broken(field, "must be a time zone such as Europe/Berlin, was \"%s\"".formatted(text));
      return ZoneOffset.UTC; // The file is refused anyway.
    }
  }

  private void broken(String field, String rule) {
    violations.add(new Violation(field, rule));
  }
}
