package dev.treadle.engine;

import static dev.treadle.engine.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Json;
import dev.treadle.Limits;
import dev.treadle.Reason;
import dev.treadle.Status;
import dev.treadle.engine.Faults.Crash;
import dev.treadle.engine.Faults.Fate;
import dev.treadle.engine.Faults.LostReply;
import dev.treadle.engine.Script.Move;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One task of three steps and two workers, under a schedule that says at which of the workers'
 * calls to the world something goes wrong or the other worker comes between.
 *
 * <p>Calls are numbered as they are made, whoever makes them. A switch holds a worker right before
 * its call: the other goes on where it was held, or else receives the current message once more,
 * when the lease has ended if there is one; the held worker goes on when the other is done or is
 * held itself. Trigger, watchdog and the person who says what happened are not disturbed.
 */
final class SmallScope implements Io {
  /** One thing that a schedule does at a call: a fault, or a switch when there is no fate. */
  record Deviation(int point, @Nullable Fate fate) {
    boolean isSwitch() {
      return fate == null;
    }
  }

  private static final Script.Brain BRAIN =
      Script.moves(
          Move.of(call("c1", "send", "a")),
          Move.of().noting(Json.object().put("step", 2)),
          Move.complete());
  private static final Limits PATIENT =
      Limits.DEFAULT
          .withRetries(new Limits.Retries(20, 50))
          .withPatience(new Limits.Patience(50, 2, 5));
  private static final int EVENTS_MAX = 500;

  /** What is known of a state that a schedule has come to, with nothing left in it. */
  interface Atlas {
    /** Whether this state's future was played already, or is going to be, by another schedule. */
    boolean isKnown(String state);
  }

  private final List<Deviation> schedule;
  private final Atlas atlas;
  final List<String> points = new ArrayList<>();
  private final World world;
  private boolean isWorker;
  private @Nullable Coroutine current;

  SmallScope(List<Deviation> schedule, Atlas atlas) {
    this.schedule = schedule;
    this.atlas = atlas;
    world = new World(BRAIN, builder -> builder.limits(PATIENT));
    world.faults.leaveTo(this);
  }

  @Override
  public <T> T io(String where, java.util.function.Supplier<T> call) {
    if (!isWorker || current == null) return call.get();
    int point = points.size();
    points.add(where);
    if (isSwitchedAt(point)) current.pause();
    return switch (fateAt(point)) {
      case null -> call.get();
      case DIE_BEFORE -> throw new Crash(where);
      case UNAVAILABLE -> throw new LostReply(where);
      case DIE_AFTER -> {
        T _ = call.get();
        throw new Crash(where);
      }
      case LOSE_REPLY -> {
        T _ = call.get();
        throw new LostReply(where);
      }
    };
  }

  private boolean isSwitchedAt(int point) {
    return schedule.stream().anyMatch(each -> each.point() == point && each.isSwitch());
  }

  private @Nullable Fate fateAt(int point) {
    for (Deviation each : schedule) {
      if (each.point() == point && !each.isSwitch()) return each.fate();
    }
    return null;
  }

  /**
   * Plays the schedule and demands that the task ends as if nothing had happened; or stops where
   * somebody has been before.
   */
  void play() {
    world.start();
    int last = schedule.isEmpty() ? -1 : schedule.getLast().point();
    for (int event = 0; world.task().status() != Status.DONE; event++) {
      if (event > EVENTS_MAX) throw new AssertionError("no end in sight: " + world.task());
      if (points.size() > last && atlas.isKnown(world.state())) return;
      event();
    }
    assertThat(world.outside.effects("send")).as("mails").isEqualTo(1);
    // A step whose model could not be reached is recorded as an error beside them.
    assertThat(world.entries().stream().filter(entry -> entry.answer() != null)).hasSize(3);
    world.check();
  }

  private void event() {
    Task task = world.task();
    if (task.status() == Status.WAITING_FOR_HUMAN
        && task.outcome() != null
        && task.outcome().reason() == Reason.OUTCOME_UNKNOWN) {
      world.decideTruthfully(task);
      return;
    }
    Instant minute = world.now.plus(Duration.ofMinutes(1));
    Instant visible = world.messages.nextVisibleAt().orElse(Instant.MAX);
    if (visible.isBefore(minute)) {
      if (visible.isAfter(world.now)) world.now = visible;
      world
          .messages
          .receive(1)
          .forEach(
              received -> drive(new Coroutine(() -> World.surviving(() -> world.give(received)))));
    } else {
      world.now = minute;
      world.watchdog.tick();
    }
    world.check();
  }

  /** Two workers at most: the one that runs and the one that is held. */
  private void drive(Coroutine first) {
    Coroutine running = first;
    Coroutine held = null;
    while (running != null) {
      current = running;
      isWorker = true;
      running.resume();
      isWorker = false;
      if (!running.isOver()) {
        Coroutine next = held == null ? another() : held;
        held = running;
        running = next;
        continue;
      }
      if (running.thrown() != null) throw new AssertionError(running.thrown());
      running = held;
      held = null;
    }
  }

  private Coroutine another() {
    Task task = world.task();
    Lease lease = task.lease();
    if (lease != null && lease.isLiveAt(world.now)) world.now = lease.until();
    return new Coroutine(() ->
        World.surviving(() -> {
          var _ = world.engine.deliver(task.due());
        }));
  }
}
