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
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One task of three steps and two workers, event by event: {@link #play} makes the next delivery
 * from any moment, under a schedule that says at which of the workers' calls to the world something
 * goes wrong or the other worker comes between.
 *
 * <p>Calls of an event are numbered as they are made, whoever makes them. A switch holds a worker
 * right before its call: the other goes on where it was held, or else receives the current message
 * once more, when the lease has ended if there is one; the held worker goes on when the other is
 * done or is held itself. Trigger, watchdog and the person who says what happened are not
 * disturbed.
 */
final class SmallScope implements Io {
  /** One thing that a schedule does at a call: a fault, or a switch when there is no fate. */
  record Deviation(int point, @Nullable Fate fate) {
    boolean isSwitch() {
      return fate == null;
    }
  }

  /** A call that a worker made; there is only one where nobody is switched. */
  record Point(String where, @Nullable Coroutine worker) {}

  private static final Script.Brain BRAIN =
      Script.moves(
          Move.of(call("c1", "send", "a")),
          Move.of().noting(Json.object().put("step", 2)),
          Move.complete());
  private static final Limits PATIENT =
      Limits.DEFAULT
          .withRetries(new Limits.Retries(20, 50))
          .withPatience(new Limits.Patience(50, 2, 5));

  /** Never the same name twice, and every pause is half of the longest: nothing is left to luck. */
  private static final class Dice implements RandomGenerator {
    private long names;

    @Override
    public long nextLong() {
      return ++names;
    }

    @Override
    public long nextLong(long bound) {
      return bound / 2;
    }
  }

  /** A moment between two events. */
  record Between(World.Moment world, long names) {}

  private final Dice dice = new Dice();
  private final World world = new World(BRAIN, builder -> builder.limits(PATIENT), List.of(), dice);
  private final List<Point> points = new ArrayList<>();
  private List<Deviation> schedule = List.of();
  private boolean isWorker;
  private @Nullable Coroutine current;

  SmallScope() {
    world.faults.leaveTo(this);
  }

  @Override
  public <T> T io(String where, Supplier<T> call) {
    if (!isWorker) return call.get();
    int point = points.size();
    points.add(new Point(where, current));
    if (isSwitchedAt(point) && current != null) current.pause();
    return switch (fateAt(point)) {
      case null -> call.get();
      case DIE_BEFORE -> throw new Crash(where);
      case UNAVAILABLE -> throw lostReply(where);
      case DIE_AFTER -> {
        T _ = call.get();
        throw new Crash(where);
      }
      case LOSE_REPLY -> {
        T _ = call.get();
        throw lostReply(where);
      }
    };
  }

  /** In words of its own each time: the same error three times would stop the task. */
  private LostReply lostReply(String where) {
    return new LostReply(where + " in iteration " + world.task().iteration());
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

  /** The task is started, and nothing has happened. */
  Between begin() {
    world.start();
    return between();
  }

  private Between between() {
    return new Between(world.moment(), dice.names);
  }

  /** What comes of one event from there, under a schedule of its calls. */
  Between play(Between from, List<Deviation> deviations) {
    world.back(from.world());
    dice.names = from.names();
    schedule = deviations;
    points.clear();
    event();
    world.check();
    return between();
  }

  /** The calls of the event that was played last. */
  List<Point> points() {
    return List.copyOf(points);
  }

  /** How the task stands after the event that was played last. */
  Task task() {
    return world.task();
  }

  /** Whether the task is done after the event that was played last, and if so as it should. */
  boolean isDone() {
    if (world.task().status() != Status.DONE) return false;
    assertThat(world.outside.effects("send")).as("mails").isEqualTo(1);
    // A step whose model could not be reached is recorded as an error beside them.
    assertThat(world.entries().stream().filter(entry -> entry.answer() != null)).hasSize(3);
    return true;
  }

  private void event() {
    Task task = world.task();
    // That is what lets a likeness leave the deadline out.
    assertThat(world.now.plus(Duration.ofHours(1))).isBefore(task.funds().deadline());
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
      world.messages.receive(1).forEach(this::deliver);
    } else {
      world.now = minute;
      world.watchdog.tick();
    }
  }

  private void deliver(StepSource.Received received) {
    Runnable delivery = () -> World.surviving(() -> world.give(received));
    if (schedule.stream().anyMatch(Deviation::isSwitch)) {
      drive(new Coroutine(delivery));
    } else {
      isWorker = true;
      delivery.run();
      isWorker = false;
    }
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
    current = null;
  }

  private Coroutine another() {
    Task task = world.task();
    Lease lease = task.lease();
    if (lease != null && lease.isLiveAt(world.now)) world.now = lease.until();
    return new Coroutine(() ->
        World.surviving(() -> {
          var _ = world.engine.deliver(task.due(), Defaults.FUNCTION_TIMEOUT);
        }));
  }
}
