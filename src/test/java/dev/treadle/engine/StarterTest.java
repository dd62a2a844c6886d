package dev.treadle.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.SeriesKey;
import dev.treadle.TaskId;
import dev.treadle.Violation;
import dev.treadle.engine.Script.Move;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class StarterTest {
  /** What this world's agent takes. */
  record Job(String subject, int copies) {}

  private static World world() {
    return new World(Script.moves(Move.complete()), builder -> builder.input(Job.class));
  }

  private static ObjectNode request(Consumer<ObjectNode> change) {
    ObjectNode request = World.request(World.ID);
    request.putObject("input_data").put("subject", "bills").put("copies", 2);
    change.accept(request);
    return request;
  }

  private static void refuses(Consumer<ObjectNode> change, String field, String rule) {
    World world = world();
    StartAnswer answer = world.starter().start(request(change));
    assertThat(answer).isInstanceOf(StartAnswer.Refused.class);
    assertThat(((StartAnswer.Refused) answer).violations())
        .singleElement()
        .satisfies(violation -> {
          assertThat(violation.field()).isEqualTo(field);
          assertThat(violation.rule()).contains(rule);
        });
    assertThat(world.table.find(World.ID)).isEmpty();
    assertThat(world.messages.nextVisibleAt()).isEmpty();
  }

  @Test
  void aBadFieldIsNamedWithItsRuleAndNothingIsStarted() {
    refuses(request -> request.remove("task_id"), "task_id", "is missing");
    refuses(request -> request.put("task_id", 7), "task_id", "must be a non-empty text");
    refuses(request -> request.put("task_id", " "), "task_id", "must be a non-empty text");
    refuses(request -> request.put("task_id", "a b"), "task_id", TaskId.RULE);
    refuses(request -> request.put("task_id", "x".repeat(101)), "task_id", TaskId.RULE);
    refuses(request -> request.put("task_id", "../etc"), "task_id", TaskId.RULE);
    refuses(request -> request.remove("task_type"), "task_type", "is missing");
    refuses(request -> request.put("task_type", "x"), "task_type", "there are clerk");
    refuses(request -> request.remove("triggered_by"), "triggered_by", "is missing");
    refuses(
        request -> request.put("triggered_by", "x".repeat(101)),
        "triggered_by",
        "at most 100 bytes");
    refuses(request -> request.remove("input_data"), "input_data", "is missing");
    refuses(request -> request.put("input_data", "x"), "input_data", "must be a JSON object");
    refuses(request -> request.putArray("input_data"), "input_data", "must be a JSON object");
  }

  @Test
  void aSeriesIsKeptWithTheInputAndHasALegalName() {
    String rule = "must be " + SeriesKey.RULE;
    refuses(request -> request.put("series", "every morning"), "series", rule);
    refuses(request -> request.put("series", "x".repeat(101)), "series", rule);
    refuses(request -> request.put("series", ""), "series", rule);
    refuses(request -> request.put("series", 7), "series", rule);
    refuses(request -> request.putNull("series"), "series", rule);

    World world = world();
    world.starter().start(request(request -> request.put("series", "pricing:every.morning_1-A")));
    assertThat(world.table.input(World.ID).orElseThrow().series())
        .isEqualTo(new SeriesKey("pricing:every.morning_1-A"));
  }

  @Test
  void aPayloadThatDoesNotFitTheAgentsSchemaIsRefusedWithThePlace() {
    refuses(
        request -> request.withObject("/input_data").put("copies", "two"),
        "input_data/copies",
        "integer");
    refuses(request -> request.withObject("/input_data").remove("copies"), "input_data", "copies");
    refuses(request -> request.withObject("/input_data").put("extra", 1), "input_data", "extra");
  }

  @Test
  void aPayloadAbove256KilobytesIsRefused() {
    refuses(
        request -> request.withObject("/input_data").put("subject", "é".repeat(140_000)),
        "input_data",
        "at most 262144 bytes");
  }

  @Test
  void anIterationCapIsAWholeNumberInRange() {
    String rule = "must be a whole number from 1 to 10000";
    refuses(request -> request.put("max_iterations", 0), "max_iterations", rule);
    refuses(request -> request.put("max_iterations", 10_001), "max_iterations", rule);
    refuses(request -> request.put("max_iterations", 1.5), "max_iterations", rule);
    refuses(request -> request.put("max_iterations", "3"), "max_iterations", rule);
    refuses(request -> request.putNull("max_iterations"), "max_iterations", rule);
    refuses(request -> request.put("max_iterations", 1L << 40), "max_iterations", rule);
  }

  @Test
  void allBadFieldsAreNamedAtOnce() {
    StartAnswer answer = world().starter().start(Json.object());

    assertThat(((StartAnswer.Refused) answer).violations())
        .extracting(Violation::field)
        .containsExactlyInAnyOrder("task_id", "triggered_by", "task_type", "input_data");
  }

  @Test
  void aRequestThatIsNoObjectIsRefused() {
    assertThat(world().starter().start(Json.array())).isInstanceOf(StartAnswer.Refused.class);
  }

  @Test
  void theSameRequestAgainFindsTheTaskItStarted() {
    World world = world();
    StartAnswer first = world.starter().start(request(_ -> {}));
    Task task = ((StartAnswer.Started) first).task();

    StartAnswer second =
        world.starter().start(request(request -> request.put("triggered_by", "retry")));

    assertThat(second).isEqualTo(new StartAnswer.Existing(task));
    assertThat(world.faults.trace).filteredOn("enqueue"::equals).hasSize(1);
  }

  @Test
  void theSameIdWithAnotherPayloadIsRefused() {
    World world = world();
    world.starter().start(request(_ -> {}));

    StartAnswer second =
        world
            .starter()
            .start(request(request -> request.withObject("/input_data").put("copies", 3)));

    assertThat(((StartAnswer.Refused) second).violations())
        .containsExactly(
            new Violation(
                "task_id", "t-1 was started before with another task_type or input_data"));
  }

  @Test
  void anIterationCapOfTheRequestIsTheTasks() {
    World world = world();
    world.starter().start(request(request -> request.put("max_iterations", 7)));

    assertThat(world.task().funds().maxIterations()).isEqualTo(7);
    assertThat(world.table.input(World.ID).orElseThrow().limits().maxIterations()).isEqualTo(7);
  }
}
