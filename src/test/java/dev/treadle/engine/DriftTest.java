package dev.treadle.engine;

import static dev.treadle.engine.Script.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.Agent;
import dev.treadle.DriftPolicy;
import dev.treadle.DriftPolicy.OnDrift;
import dev.treadle.Finding;
import dev.treadle.Json;
import dev.treadle.Reason;
import dev.treadle.SeriesKey;
import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.ToolOutcome;
import dev.treadle.drift.Acknowledgement;
import dev.treadle.engine.Script.Move;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What the loop makes of a run that brings nothing new. */
class DriftTest {
  private static final SeriesKey MORNING = new SeriesKey("morning");

  /** A series of runs that look, and then send or complete with what they saw. */
  private static final class Mornings {
    final AtomicReference<String> page = new AtomicReference<>("");
    final AtomicReference<String> mail = new AtomicReference<>("");
    final World world;
    int day;

    Mornings(DriftPolicy policy) {
      boolean mails = !policy.deliveredBy().isEmpty();
      UnaryOperator<Agent.Builder> definition = builder -> builder.drift(policy);
      world =
          new World(
              input -> {
                int said = (int) input.turns().stream().filter(t -> !t.answer().isEmpty()).count();
                Move ending = Move.of().ending(Json.object().put("report", mail.get()));
                return switch (said) {
                  case 0 -> Move.of(call("c1", "look", "page"));
                  case 1 -> mails ? Move.of(call("c2", "send", mail.get())) : ending;
                  default -> ending;
                };
              },
              definition);
    }

    Task run(String seen, String report) {
      page.set(seen);
      mail.set(report);
      world.outside.refuse("look", ToolOutcome.succeeded(Json.object().put("price", seen)));
      TaskId id = new TaskId("t-" + ++day);
      world.now = World.START.plus(Duration.ofDays(day));
      world.starter().start(World.request(id).put("series", "morning"));
      while (world.table.find(id).orElseThrow().status() == Status.RUNNING) world.event();
      return world.table.find(id).orElseThrow();
    }

    List<Finding.Kind> found() {
      return newest().findings().stream().map(Finding::kind).toList();
    }

    SeriesRun newest() {
      return world.series.runs(MORNING, world.now.plusSeconds(1), 1).getFirst();
    }

    List<String> notices(String id) {
      return world.table.journal(new TaskId(id), "LOG#").stream()
          .filter(JournalItem.Entry.class::isInstance)
          .flatMap(item -> ((JournalItem.Entry) item).notices().stream())
          .toList();
    }
  }

  private static Mornings with(OnDrift then) {
    return new Mornings(DriftPolicy.deliveredBy("send").onDrift(then));
  }

  @Test
  void aRunLeavesItsFingerprintWhenItEnds() {
    Mornings mornings = with(OnDrift.GATE);
    Task task = mornings.run("10", "10 euros");

    SeriesRun run = mornings.newest();
    assertThat(run.taskId()).isEqualTo(task.id());
    assertThat(run.startedAt()).isEqualTo(task.origin().triggeredAt());
    assertThat(run.endedAt()).isEqualTo(task.since());
    assertThat(run.reason()).isEqualTo(Reason.TASK_COMPLETE);
    assertThat(run.delivered()).isTrue();
    assertThat(run.costMicros()).isEqualTo(3_000);
    assertThat(run.similarity()).isNull();
    assertThat(run.fingerprint().sources())
        .singleElement()
        .satisfies(source -> {
          assertThat(source.name()).isEqualTo("look");
          assertThat(source.empty()).isFalse();
        });
  }

  @Test
  void theThirdEqualResultWaitsForAHumanUnderAGate() {
    Mornings mornings = with(OnDrift.GATE);
    mornings.run("10", "10 euros");
    assertThat(mornings.run("11", "10 euros").status()).isEqualTo(Status.DONE);

    Task third = mornings.run("12", "10 euros");

    assertThat(third.outcome().reason()).isEqualTo(Reason.AWAITING_HUMAN_APPROVAL);
    assertThat(mornings.world.outside.effects("send")).isEqualTo(2);
    assertThat(mornings.notices("t-3"))
        .singleElement()
        .asString()
        .contains("the result says the same as in the last 2 runs");
  }

  @Test
  void aFreshResultPassesTheGateThatAStaleOneWaitsAt() {
    Mornings mornings = with(OnDrift.GATE);
    for (int price = 10; price < 16; price++) {
      assertThat(mornings.run(price + "", price + " euros").status()).isEqualTo(Status.DONE);
    }
    assertThat(mornings.found()).isEmpty();
    assertThat(mornings.world.outside.effects("send")).isEqualTo(6);
  }

  @Test
  void underAWarningItIsDeliveredAndTheJournalSaysWhy() {
    Mornings mornings = with(OnDrift.WARN);
    for (int run = 0; run < 3; run++) mornings.run("10", "10 euros");

    assertThat(mornings.world.outside.effects("send")).isEqualTo(3);
    assertThat(mornings.found())
        .containsExactly(Finding.Kind.SAME_OUTPUT, Finding.Kind.SAME_EVIDENCE);
    assertThat(mornings.notices("t-3")).singleElement().asString().contains("last 2 runs");
  }

  @Test
  void underFailNothingIsDeliveredAndTheTaskSaysWhatIsStale() {
    Mornings mornings = with(OnDrift.FAIL);
    for (int run = 0; run < 3; run++) mornings.run("10", "10 euros");

    Task third = mornings.world.table.find(new TaskId("t-3")).orElseThrow();
    assertThat(third.status()).isEqualTo(Status.FAILED);
    assertThat(third.outcome().reason()).isEqualTo(Reason.STALE_OUTPUT);
    assertThat(third.outcome().detail()).contains("the result says the same");
    assertThat(mornings.world.outside.effects("send")).isEqualTo(2);
    SeriesRun run = mornings.newest();
    assertThat(run.delivered()).isFalse();
    assertThat(run.fingerprint()).as("what was not delivered is compared as well").isNotNull();
    assertThat(mornings.found()).contains(Finding.Kind.SAME_OUTPUT);
  }

  @Test
  void anOutputThatNoCallDeliversIsJudgedWhenTheTaskCompletes() {
    Mornings warned = new Mornings(DriftPolicy.OF_OUTPUT);
    Mornings failed = new Mornings(DriftPolicy.OF_OUTPUT.onDrift(OnDrift.FAIL));
    for (int run = 0; run < 2; run++) {
      warned.run("10", "10 euros");
      failed.run("10", "10 euros");
    }

    assertThat(warned.run("11", "10 euros").status()).isEqualTo(Status.DONE);
    assertThat(warned.notices("t-3")).singleElement().asString().contains("last 2 runs");
    Task stale = failed.run("11", "10 euros");
    assertThat(stale.outcome().reason()).isEqualTo(Reason.STALE_OUTPUT);
    assertThat(failed.newest().fingerprint()).isNotNull();
    assertThat(failed.run("12", "12 euros").status()).isEqualTo(Status.DONE);
  }

  @Test
  void whatSomebodyExpectsIsDeliveredUntilThatTime() {
    Mornings mornings = with(OnDrift.FAIL);
    for (int run = 0; run < 3; run++) mornings.run("10", "10 euros");
    mornings.world.series.acknowledge(
        new Acknowledgement(
            Acknowledgement.SCHEMA,
            MORNING,
            mornings.world.now,
            mornings.world.now.plus(Duration.ofHours(36)),
            "anna",
            "the shop is closed",
            List.of()));

    assertThat(mornings.run("10", "10 euros").status()).isEqualTo(Status.DONE);
    assertThat(mornings.newest().expected()).contains("anna: the shop is closed");
    assertThat(mornings.newest().findings()).isNotEmpty();
    assertThat(mornings.run("10", "10 euros").outcome().reason()).isEqualTo(Reason.STALE_OUTPUT);
  }

  @Test
  void aTaskWithoutASeriesIsNeitherJudgedNorKept() {
    Mornings mornings = with(OnDrift.FAIL);
    for (int run = 1; run <= 4; run++) {
      TaskId id = new TaskId("alone-" + run);
      mornings.mail.set("10 euros");
      mornings.world.starter().start(World.request(id));
      while (mornings.world.table.find(id).orElseThrow().status() == Status.RUNNING) {
        mornings.world.event();
      }
      assertThat(mornings.world.table.find(id).orElseThrow().status()).isEqualTo(Status.DONE);
    }
    assertThat(mornings.world.series.runs(MORNING, mornings.world.now.plusSeconds(99), 9))
        .isEmpty();
  }

  @Test
  void aTaskThatEndsWithoutAResultLeavesARunWithoutAFingerprint() {
    Mornings mornings = with(OnDrift.GATE);
    TaskId id = new TaskId("t-9");
    mornings.world.starter().start(World.request(id).put("series", "morning"));
    mornings.world.operator.cancel(id, "ann", "not today");

    SeriesRun run = mornings.newest();
    assertThat(run.reason()).isEqualTo(Reason.CANCELLED);
    assertThat(run.delivered()).isFalse();
    assertThat(run.fingerprint()).isNull();
  }

  @Test
  void aRejectedDeliveryIsKeptAsNotDelivered() {
    Mornings mornings = with(OnDrift.GATE);
    for (int run = 0; run < 3; run++) mornings.run("10", "10 euros");
    World world = mornings.world;
    TaskId third = new TaskId("t-3");
    Approval open = world.table.approvals(third).getFirst();
    world.say(open, Decision.Choice.REJECT, "ann", "old news");
    while (world.table.find(third).orElseThrow().status() == Status.RUNNING) world.event();

    assertThat(mornings.newest().taskId()).isEqualTo(third);
    assertThat(mornings.newest().delivered()).isFalse();
    assertThat(mornings.found()).contains(Finding.Kind.SAME_OUTPUT);
  }

  @Test
  void anAgentIsRefusedThatNamesNoActingToolAsDelivering() {
    assertThatThrownBy(() -> new Mornings(DriftPolicy.deliveredBy("look")))
        .hasMessageContaining("drift names look as delivering");
    assertThatThrownBy(() -> DriftPolicy.OF_OUTPUT.onDrift(OnDrift.GATE))
        .hasMessageContaining("a gate needs a delivering tool");
  }
}
