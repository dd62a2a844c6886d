package dev.treadle.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.SeriesKey;
import dev.treadle.TaskId;
import dev.treadle.engine.StartAnswer;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ScheduleTriggerTest {
  private final Bench bench = new Bench();
  private final ScheduleTrigger trigger = new ScheduleTrigger(bench.starter, bench.store);

  private static ObjectNode event(String time, Consumer<ObjectNode> change) {
    ObjectNode event =
        Json.object()
            .put("schedule", "morning")
            .put("scheduled_time", time)
            .put("task_type", "clerk");
    event.putObject("input_data").put("product", "lamp").put("copies", 1);
    change.accept(event);
    return event;
  }

  private ScheduleTrigger.Answer fire(String time, Overlap overlap) {
    return fire(event(time, event -> event.put("overlap", overlap.wireName())));
  }

  private ScheduleTrigger.Answer fire(ObjectNode event) {
    return trigger.fire(((Slot.Fire) Slot.read(event)).slot());
  }

  @Test
  void aSlotIsOneTaskHoweverOftenAndHoweverLateItFires() {
    for (int i = 0; i < 100; i++) fire("2026-03-02T06:00:00Z", Overlap.ALLOW);

    assertThat(bench.tasks()).hasSize(1);
    assertThat(bench.sent).hasSize(1);
    TaskId id = new TaskId("morning-20260302T060000");
    assertThat(bench.store.find(id).orElseThrow().origin().triggeredBy())
        .isEqualTo("schedule:morning");
    assertThat(bench.store.input(id).orElseThrow().series()).isEqualTo(new SeriesKey("morning"));
  }

  @Test
  void allowStartsASlotBesideAnEarlierTask() {
    fire("2026-03-02T06:00:00Z", Overlap.ALLOW);
    fire("2026-03-03T06:00:00Z", Overlap.ALLOW);

    assertThat(bench.tasks()).hasSize(2);
  }

  @Test
  void skipLetsASlotPassWhileAnEarlierTaskIsNotDone() {
    fire("2026-03-02T06:00:00Z", Overlap.SKIP);

    assertThat(fire("2026-03-03T06:00:00Z", Overlap.SKIP))
        .isEqualTo(new ScheduleTrigger.Skipped("task morning-20260302T060000 is running"));
    assertThat(bench.tasks()).hasSize(1);

    var _ = bench.operator().cancel(new TaskId("morning-20260302T060000"), "ann", "stop");
    assertThat(fire("2026-03-04T06:00:00Z", Overlap.SKIP))
        .isInstanceOf(ScheduleTrigger.Asked.class);
  }

  @Test
  void queueKeepsASlotUntilTheEarlierTaskHasEnded() {
    fire("2026-03-02T06:00:00Z", Overlap.QUEUE);

    assertThat(fire("2026-03-03T06:00:00Z", Overlap.QUEUE))
        .isInstanceOf(ScheduleTrigger.Busy.class);
    assertThat(bench.tasks()).hasSize(1);

    var _ = bench.operator().cancel(new TaskId("morning-20260302T060000"), "ann", "stop");
    assertThat(fire("2026-03-03T06:00:00Z", Overlap.QUEUE))
        .isInstanceOf(ScheduleTrigger.Asked.class);
  }

  @Test
  void aSecondFireOfAStartedSlotIsNoOverlapWithItself() {
    fire("2026-03-02T06:00:00Z", Overlap.SKIP);

    assertThat(fire("2026-03-02T06:00:00Z", Overlap.SKIP))
        .isInstanceOfSatisfying(
            ScheduleTrigger.Asked.class,
            asked -> assertThat(asked.answer()).isInstanceOf(StartAnswer.Existing.class));
  }

  @Test
  void anotherSchedulesTaskIsNotInTheWay() {
    fire("2026-03-02T06:00:00Z", Overlap.SKIP);

    var answer =
        fire(
            event(
                "2026-03-02T06:00:00Z",
                event -> event.put("schedule", "evening").put("overlap", "skip")));

    assertThat(answer).isInstanceOf(ScheduleTrigger.Asked.class);
    assertThat(bench.tasks()).hasSize(2);
  }

  @Test
  void aBadEventIsRefusedWithEachFieldAndRule() {
    var reading =
        Slot.read(event("soon", event -> event.put("schedule", "a/b").put("overlap", "perhaps")));

    assertThat(((Slot.Bad) reading).violations())
        .extracting(Object::toString)
        .containsExactly(
            "schedule " + Slot.NAME_RULE,
            "scheduled_time must be a time such as 2026-03-01T06:00:00Z",
            "overlap must be skip, queue or allow");
  }

  @Test
  void anEventThatNamesNoAgentOrFitsNoSchemaIsRefusedAndNothingIsStarted() {
    var nobody = fire(event("2026-03-02T06:00:00Z", event -> event.put("task_type", "nobody")));
    var unfit = fire(event("2026-03-02T06:00:00Z", event -> event.putObject("input_data")));

    assertThat(List.of(nobody, unfit))
        .allSatisfy(answer ->
            assertThat(((ScheduleTrigger.Asked) answer).answer())
                .isInstanceOf(StartAnswer.Refused.class));
    assertThat(bench.tasks()).isEmpty();
  }
}
