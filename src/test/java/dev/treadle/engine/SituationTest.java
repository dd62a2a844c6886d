package dev.treadle.engine;

import static dev.treadle.engine.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Fault;
import dev.treadle.Outcome;
import dev.treadle.Reason;
import dev.treadle.Status;
import dev.treadle.engine.Script.Move;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What operators read about a task: why it stands where it stands, and what comes next. */
class SituationTest {
  private static Situation of(World world, Instant now) {
    return Situation.read(world.store, world.task(), now);
  }

  private static World paying() {
    return new World(Script.moves(Move.of(call("c1", "pay", "b")), Move.complete()));
  }

  @Test
  void aTaskThatNobodyHasTakenIsDueAndAfterMinutesStuck() {
    World world = paying().start();

    Situation young = of(world, World.START.plusSeconds(10));
    Situation old = of(world, World.START.plus(Duration.ofMinutes(6)));

    assertThat(young.state()).isEqualTo(Situation.State.RUNNING);
    assertThat(young.why()).isEqualTo("iteration 1 of 25 is due since 2026-03-02T09:00:00Z");
    assertThat(old.state()).isEqualTo(Situation.State.STUCK);
    assertThat(old.why())
        .isEqualTo("no worker has taken iteration 1 of 25 since 2026-03-02T09:00:00Z");
    assertThat(old.next()).contains("dead letters");
  }

  @Test
  void aWorkerThatWentSilentIsToldOnlyMinutesAfterItsLease() {
    World world = paying().start();
    Lease lease = world.worker.newLease(World.START);
    assertThat(world.store.claim(world.task().due(), lease, World.START).claim())
        .isInstanceOf(Claim.Granted.class);

    Situation leased = of(world, World.START.plusSeconds(10));
    Situation late = of(world, lease.until().plus(Situation.UNCLAIMED_MAX).plusSeconds(1));

    assertThat(leased.why()).isEqualTo("iteration 1 of 25 runs");
    assertThat(leased.next()).contains("another takes over after 2026-03-02T09:02:30Z");
    assertThat(late.state()).isEqualTo(Situation.State.STUCK);
    assertThat(late.why()).contains("has been silent since 2026-03-02T09:02:30Z");
  }

  @Test
  void aRequestToStopIsSaidWhileTheWorkerStillRuns() {
    World world = paying().start();
    Lease lease = world.worker.newLease(World.START);
    assertThat(world.store.claim(world.task().due(), lease, World.START).recall()).isPresent();

    OperatorAnswer answer = world.operator.cancel(World.ID, "person:ann", "wrong city");

    assertThat(answer).isInstanceOf(OperatorAnswer.Requested.class);
    Situation situation = of(world, World.START.plusSeconds(1));
    assertThat(situation.why()).contains("person:ann asked to stop it: wrong city");
    assertThat(situation.next()).isEqualTo("it stops before its next action");
  }

  @Test
  void aRetrySaysWhatFailedAndWhenItGoesOn() {
    World world =
        new World(input -> {
          throw new Script.Broken(new Fault.Transient("429", Duration.ofSeconds(40)));
        });
    world.start().engine.deliver(world.task().due(), Defaults.FUNCTION_TIMEOUT);

    Situation parked = of(world, World.START);

    Instant until = world.task().attempts().notBefore();
    assertThat(parked.state()).isEqualTo(Situation.State.PARKED);
    assertThat(parked.why()).startsWith("iteration 1 of 25 waits until").endsWith(": 429");
    assertThat(parked.next()).startsWith("it goes on by itself at");
    assertThat(Situation.state(world.task(), until)).isEqualTo(Situation.State.RUNNING);
  }

  @Test
  void aQuestionSaysWhoIsAskedWhatAndWhatSilenceMeans() {
    World world = paying();
    world.play();

    Situation waiting = of(world, world.instant());
    Approval question = world.openApproval();

    assertThat(waiting.state()).isEqualTo(Situation.State.WAITING);
    assertThat(waiting.why())
        .startsWith("waits for " + question.terms().group())
        .contains(question.action().title());
    assertThat(waiting.next()).contains("approves or rejects").endsWith("the task ends");
    Instant afterTheReminder = world.task().wake().at().plus(Duration.ofHours(1));
    assertThat(of(world, afterTheReminder).state()).isEqualTo(Situation.State.STUCK);
    assertThat(of(world, afterTheReminder).next()).contains("nobody is reminded");
  }

  @Test
  void anEndSaysItsReasonInWordsAndWhatAPersonMayDo() {
    World done = new World(Script.moves(Move.complete()));
    done.play();
    World capped =
        new World(
            Script.moves(Move.of(call("c1", "look", "a")), Move.complete()),
            World.limits(limits -> limits.withMaxIterations(1)));
    capped.play();

    assertThat(of(done, done.instant()))
        .isEqualTo(
            new Situation(
                Situation.State.DONE, "the model completed the task", "nothing: it is done"));
    assertThat(of(capped, capped.instant()).why())
        .isEqualTo("max iterations reached: all 1 iterations are used");
    assertThat(of(capped, capped.instant()).next()).contains("resumes it");
  }

  @Test
  void everyReasonThatFailsATaskHasARemedy() {
    World world = new World(Script.moves(Move.complete()));
    world.play();
    List<Reason> failing =
        Arrays.stream(Reason.values()).filter(reason -> reason.status() == Status.FAILED).toList();
    List<String> remedies = new ArrayList<>();

    for (Reason reason : failing) {
      Task failed = world.task().stopped(new Outcome(reason, "so"), world.instant());
      remedies.add(Situation.read(world.store, failed, world.instant()).next());
    }

    assertThat(remedies).hasSameSizeAs(failing).allMatch(remedy -> remedy.startsWith("nothing"));
  }
}
