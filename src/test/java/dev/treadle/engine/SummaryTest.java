package dev.treadle.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Agent;
import dev.treadle.Json;
import dev.treadle.Limits;
import dev.treadle.Phase;
import dev.treadle.Reason;
import dev.treadle.Turn;
import dev.treadle.engine.Faults.Fate;
import dev.treadle.llm.Models;
import dev.treadle.llm.ToolCallingExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Summaries of older turns: what they replace, what they cost, and what no fault may do to them.
 */
class SummaryTest {
  private static final int WINDOW = 10_000;
  private CountingModel model;

  private World world(int answers, int window, int chars) {
    return world(answers, window, chars, builder -> builder);
  }

  private World world(int answers, int window, int chars, UnaryOperator<Agent.Builder> definition) {
    World world =
        new World(
            _ -> Script.Move.complete(),
            builder ->
                definition.apply(
                    builder
                        .model("counting")
                        .limits(
                            Limits.DEFAULT
                                .withMaxIterations(answers * 2 + 20)
                                .withBudget(
                                    new Limits.Budget(
                                        1_000_000_000L,
                                        1_000_000_000L,
                                        10_000,
                                        Duration.ofDays(7))))));
    model = new CountingModel(answers, window, chars, world.faults);
    world.executor = new ToolCallingExecutor(new Models(Map.of("counting", model)), 1_000);
    world.deploy(world.agent);
    return world;
  }

  private static List<JournalItem.Summary> summaries(World world) {
    return world.entries().stream()
        .filter(entry -> entry.contextSummary() != null)
        .map(JournalItem.Entry::contextSummary)
        .toList();
  }

  private static ObjectNode output(World world) {
    return (ObjectNode) world.entries().getLast().output();
  }

  private void demandDone(World world, int answers) {
    Task task = world.play();
    assertThat(task.outcome().reason()).as("%s", task.outcome()).isEqualTo(Reason.TASK_COMPLETE);
    assertThat(output(world))
        .isEqualTo(Json.object().put("n", answers).put("fact", CountingModel.FACT));
  }

  @Test
  void aTaskOfThreeHundredAnswersKeepsItsPromptBoundedAndItsFirstFact() {
    int window = 20_000;
    World world = world(300, window, 1_500);

    demandDone(world, 300);

    List<Long> prompts = model.promptChars;
    System.out.printf(
        "prompt of 300 answers, chars: first %d, at 100 %d, at 200 %d, at 300 %d, longest %d; %d summaries%n",
        prompts.getFirst(),
        prompts.get(100),
        prompts.get(200),
        prompts.get(299),
        prompts.stream().mapToLong(Long::longValue).max().orElseThrow(),
        model.summariesAsked);
    // The model counts four characters as a token; one answer may come on top before it is seen.
    assertThat(prompts).allMatch(chars -> chars < window * 4 * 0.6 + 8_000);
    assertThat(model.summariesAsked).isBetween(5, 60);
    assertThat(Json.write(world.table.journal(World.ID, "LOG#").getLast()).length())
        .as("the last snapshot")
        .isLessThan(200_000);
  }

  @Test
  void aSummaryStandsForTheOlderTurnsAndTheLastSixStay() {
    World world = world(30, WINDOW, 600);
    demandDone(world, 30);
    JournalItem.Entry first =
        world.entries().stream()
            .filter(entry -> entry.contextSummary() != null)
            .findFirst()
            .orElseThrow();
    History after =
        History.of(
            world.journal().stream()
                .filter(item -> item.iteration() <= first.iteration())
                .toList());

    assertThat(after.turns()).hasSize(6);
    assertThat(after.turns().getLast().iteration()).isEqualTo(first.iteration() - 1);
    assertThat(after.turns())
        .allSatisfy(
            turn -> assertThat(turn.results()).hasSize(2).noneMatch(Turn.CallReply::pending));
    assertThat(after.earlier().upTo()).isEqualTo(after.turns().getFirst().iteration() - 1);
    assertThat(after.earlier().memory().path("n").asInt())
        .isEqualTo(after.memory().path("n").asInt() - 6);
    assertThat(first.answer()).isNull();
    assertThat(first.calls()).isEmpty();
    assertThat(model.summariesRead).contains(CountingModel.useful());
  }

  @Test
  void aUselessSummaryKeepsTheTurnsIsNotedAndPaidFor() {
    record Bad(String why, JsonNode said) {}
    ObjectNode useful = (ObjectNode) CountingModel.useful();
    List<Bad> bad =
        List.of(
            new Bad("must be one call", Json.object().put("type", "text").put("text", "Done.")),
            new Bad("does not fit", tool(useful.deepCopy().without("facts"))),
            new Bad("does not fit", tool(useful.deepCopy().put("mood", "fine"))),
            new Bad("is empty", tool(empty(useful.deepCopy()))),
            new Bad("is empty", tool(useful.deepCopy().put("goal", " "))),
            new Bad("is the text of an error", tool(useful.deepCopy().put("goal", "Error: 529"))),
            new Bad(
                "is the text of an error", tool(useful.deepCopy().put("goal", "I'm sorry, no"))),
            new Bad("must be smaller", tool(useful.deepCopy().put("goal", "g".repeat(40_000)))));
    for (Bad each : bad) {
      World world = world(22, WINDOW, 600);
      model.summary = _ -> each.said();
      demandDone(world, 22);

      List<JournalItem.Entry> noted =
          world.entries().stream().filter(entry -> entry.contextSummary() != null).toList();
      assertThat(noted).hasSizeGreaterThan(1);
      assertThat(noted)
          .allSatisfy(entry -> {
            assertThat(entry.contextSummary().rejected()).contains(each.why());
            assertThat(entry.contextSummary().content()).isNull();
            assertThat(entry.usage().costMicros()).isPositive();
          });
      assertThat(History.of(world.journal()).turns()).hasSizeGreaterThan(22);
      // Asked again after a pause, not with every iteration.
      assertThat(noted.get(1).iteration() - noted.get(0).iteration()).isGreaterThanOrEqualTo(3);
    }
  }

  private static JsonNode tool(JsonNode arguments) {
    return CountingModel.call("s", "context_summary", arguments);
  }

  private static JsonNode empty(ObjectNode summary) {
    for (String list : List.of("facts", "decisions", "open_questions", "failed_attempts")) {
      summary.putArray(list);
    }
    return summary;
  }

  @Test
  void aSummaryIsNoIterationOfItsPhase() {
    World world =
        world(30, WINDOW, 600, builder -> builder.phase(new Phase("count", "Count.", 33)));
    demandDone(world, 30);

    assertThat(summaries(world).size()).isGreaterThan(1);
  }

  @Test
  void summariesAreInTheBudget() {
    World world = world(30, WINDOW, 600);
    demandDone(world, 30);
    long used = world.entries().stream().mapToLong(entry -> entry.usage().costMicros()).sum();

    assertThat(summaries(world)).isNotEmpty();
    assertThat(world.task().funds().costMicrosLeft()).isEqualTo(1_000_000_000L - used);
  }

  /** Every point from the commit before the summary to the claim after it. */
  @Test
  void noFaultInASummaryIterationChangesTheEnd() {
    World undisturbed = world(9, 3_000, 600);
    List<Integer> asked = new ArrayList<>();
    model.summary =
        _ -> {
          asked.add(undisturbed.faults.points());
          return tool(CountingModel.useful());
        };
    demandDone(undisturbed, 9);
    List<String> broken = new ArrayList<>();
    int schedules = 0;
    for (int point = asked.getFirst() - 5; point < asked.getFirst() + 5; point++) {
      for (Fate fate : Fate.values()) {
        schedules++;
        World world = world(9, 3_000, 600);
        world.faults.at(point, fate);
        try {
          demandDone(world, 9);
          assertThat(summaries(world)).isNotEmpty();
        } catch (AssertionError | RuntimeException failure) {
          broken.add(point + " " + fate + ": " + failure);
        }
      }
    }
    System.out.println("faults in a summary iteration: " + schedules + " schedules");
    assertThat(broken).isEmpty();
  }

  @Test
  void aForkOfASummarisedTaskKnowsTheSameAndGoesOn() {
    World world = world(30, WINDOW, 600);
    world.start();
    world.run();
    List<JournalItem> journal = world.journal();
    int summarised =
        journal.stream()
            .filter(JournalItem.Snapshot.class::isInstance)
            .map(JournalItem::iteration)
            .findFirst()
            .orElseThrow();

    assertThat(History.of(journal).earlier().summary()).isPresent();
    assertThat(
            History.of(journal.stream().filter(item -> item.iteration() <= summarised).toList())
                .forked(false)
                .earlier())
        .isEqualTo(
            History.of(journal.stream().filter(item -> item.iteration() <= summarised).toList())
                .earlier());
  }
}
