package dev.treadle.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Json;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class ScheduleFileTest {
  private static ScheduleFile.Reading read(String text) throws Json.MalformedJson {
    return ScheduleFile.read(Json.parse(text), new Bench().agents);
  }

  @Test
  void aFileHasItsSchedules() throws Exception {
    var reading =
        read(
            """
            [{"schedule": "morning", "expression": "cron(0 6 ? * MON-FRI *)",
              "time_zone": "Europe/Berlin", "task_type": "clerk",
              "input_data": {"product": "lamp", "copies": 1}, "overlap": "skip"},
             {"schedule": "often", "expression": "rate(5 minutes)", "task_type": "clerk",
              "input_data": {}}]
            """);

    var schedules = ((ScheduleFile.Valid) reading).schedules();
    assertThat(schedules).extracting(Schedule::name).containsExactly("morning", "often");
    assertThat(schedules.getFirst().zone()).isEqualTo(ZoneId.of("Europe/Berlin"));
    assertThat(schedules)
        .extracting(Schedule::overlap)
        .containsExactly(Overlap.SKIP, Overlap.ALLOW);
    assertThat(schedules.getLast().zone()).isEqualTo(ZoneId.of("UTC"));
  }

  @Test
  void everyBrokenRuleIsNamedWithItsPlaceAndNothingIsScheduled() throws Exception {
    var reading =
        read(
            """
            [{"schedule": "a b", "expression": "cron(0 25 * * ? *)", "time_zone": "Europe/Atlantis",
              "task_type": "nobody", "input_data": [], "overlap": "maybe"},
             {"schedule": "x", "expression": "rate(1 day)", "task_type": "clerk", "input_data": {}},
             {"schedule": "x", "task_type": "clerk", "input_data": {}},
             {"schedule": "y", "expression": "rate(1 day)", "task_type": "clerk", "input_data": {},
              "timezone": "Europe/Berlin"}]
            """);

    assertThat(((ScheduleFile.Invalid) reading).violations())
        .extracting(Object::toString)
        .containsExactlyInAnyOrder(
            "/0/schedule " + Slot.NAME_RULE,
            "/0/expression hours must hold values from 0 to 23 with , - * /, was 25",
            "/0/time_zone must be a time zone such as Europe/Berlin, was \"Europe/Atlantis\"",
            "/0/task_type must name an agent; there are clerk, filer",
            "/0/input_data must be a JSON object",
            "/0/overlap must be skip, queue or allow",
            "/2/schedule must be the only one named x",
            "/2/expression must be rate(...), cron(...) or at(...), was \"\"",
            "/3/timezone is not a field of a schedule");
  }

  @Test
  void aFileThatIsNoArrayIsRefused() throws Exception {
    assertThat(read("{}")).isInstanceOf(ScheduleFile.Invalid.class);
  }
}
