package dev.treadle.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.engine.Faults.Fate;
import dev.treadle.engine.SmallScope.Deviation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Every schedule of up to two faults and two switches (three of each in the nightly profile) of
 * {@link SmallScope}, none at random; {@code -Dsim.scope=N} takes up to N.
 *
 * <p>Enumerated is: at each call that a worker makes to the table and the queue, that it dies
 * before or after the call; at each call of the model and the tool also that the reply is lost, or
 * the call never made, and the worker lives to hear of it (for table and queue both end the
 * delivery like a death: {@link CrashPointTest} plays them); and at each call that the other worker
 * comes between. A switch and a fault may meet at one call. Calls that exist only because of an
 * earlier deviation are numbered and disturbed like the others.
 *
 * <p>A worker that dies after a call and one that dies before its next call leave the same behind,
 * because between two calls it touches nothing but its own memory. So the second is played for
 * both, and counted twice, unless the other worker comes between.
 *
 * <p>A schedule is a way through moments between two events. From each moment, with each number of
 * faults and switches that may be left there, all that may happen in the next event is played once:
 * moments of one {@link Likeness} have the same futures, because the engine itself remembers
 * nothing from one delivery to the next. So the ways are counted, and few of them are walked twice.
 * A way that came back to where it was would be a task that never ends.
 */
class SmallScopeTest {
  private static final int MOST = Integer.getInteger("sim.scope", 2);
  private static final int EVENTS_MAX = 500;
  private static final int WAYS_AT_ONCE = 256;
  private static final int MOMENTS_PER_LINE = 100_000;
  private static final String DONE = "done";
  private static final Set<String> OTHERS_CODE = Set.of("model", "send");

  /** What may still go wrong, and where the world stands. */
  private record Left(int faults, int switches, String likeness) {
    boolean isDone() {
      return likeness.equals(DONE);
    }
  }

  /** What went wrong in each event so far. */
  private record Trail(@Nullable Trail before, int events, List<Deviation> deviations) {
    @Override
    public String toString() {
      return (before == null ? "" : before + "; ") + deviations;
    }
  }

  /**
   * What may go wrong next in an event.
   *
   * @param schedules how many ways to go wrong it stands for
   */
  private record Next(Deviation deviation, long schedules) {}

  /** How a moment was reached first. */
  private record Way(Left left, SmallScope.Between between, Trail trail) {}

  /** What may come after each moment. */
  private static class Enumeration {
    /** In how many ways the next event leads from a moment to each other. */
    final Map<Left, Map<Left, Long>> futures = new ConcurrentHashMap<>();

    final AtomicLong played = new AtomicLong();
    private final Map<Left, Left> known = new ConcurrentHashMap<>();
    private final Queue<SmallScope> idle = new ConcurrentLinkedQueue<>();
    private final Left first;
    private final Deque<Way> ways = new ArrayDeque<>();

    Enumeration(int most) {
      SmallScope scope = new SmallScope();
      SmallScope.Between begin = scope.begin();
      first = new Left(most, most, Likeness.of(begin.world()));
      ways.push(new Way(first, begin, new Trail(null, 0, List.of())));
    }

    Enumeration play() throws InterruptedException {
      while (!ways.isEmpty()) {
        // The latest first: few moments wait then, and each of them holds a table and a queue.
        List<Way> here = new ArrayList<>();
        while (here.size() < WAYS_AT_ONCE && !ways.isEmpty()) here.add(ways.pop());
        Queue<Way> next = new ConcurrentLinkedQueue<>();
        int before = futures.size() / MOMENTS_PER_LINE;
        Seeds.inParallel(0, here.size(), i -> walk(here.get((int) i), next));
        next.forEach(ways::push);
        if (futures.size() / MOMENTS_PER_LINE > before) {
          System.out.printf(
              "small scope: %,d moments so far, %,d wait, %,d events played%n",
              futures.size(), ways.size(), played.get());
        }
      }
      return this;
    }

    private void walk(Way way, Queue<Way> next) {
      SmallScope polled = idle.poll();
      SmallScope scope = polled == null ? new SmallScope() : polled;
      Map<Left, Long> future = new HashMap<>();
      extend(scope, way, List.of(), 1, future, next);
      learn(way.left(), Map.copyOf(future));
      idle.add(scope);
    }

    void learn(Left left, Map<Left, Long> future) {
      futures.put(left, future);
    }

    /** Whether to leave it to whoever was there before. */
    boolean isLeftTo(@Nullable Left before) {
      return before != null;
    }

    /** Whether a death after a call is left to the death before that worker's next call. */
    boolean isLeftTo(SmallScope.Point call, SmallScope.Point next) {
      return call.worker() == next.worker();
    }

    private void extend(
        SmallScope scope,
        Way way,
        List<Deviation> deviations,
        long schedules,
        Map<Left, Long> future,
        Queue<Way> next) {
      played.incrementAndGet();
      SmallScope.Between between;
      boolean isDone;
      try {
        between = scope.play(way.between(), deviations);
        isDone = scope.isDone();
        if (!isDone && way.trail().events() > EVENTS_MAX) {
          throw new AssertionError("no end in sight: " + scope.task());
        }
      } catch (AssertionError | RuntimeException broken) {
        throw new AssertionError(
            "%s; then %s over %s: %s".formatted(way.trail(), deviations, scope.points(), broken),
            broken);
      }
      List<SmallScope.Point> points = scope.points();
      int switches = (int) deviations.stream().filter(Deviation::isSwitch).count();
      Left met =
          new Left(
              way.left().faults() - (deviations.size() - switches),
              way.left().switches() - switches,
              isDone ? DONE : Likeness.of(between.world()));
      Left before = known.putIfAbsent(met, met);
      Left left = before == null ? met : before;
      future.merge(left, schedules, Long::sum);
      if (!isDone && !isLeftTo(before)) {
        next.add(
            new Way(left, between, new Trail(way.trail(), way.trail().events() + 1, deviations)));
      }
      for (Next each : more(deviations, points, left)) {
        List<Deviation> longer = new ArrayList<>(deviations);
        longer.add(each.deviation());
        extend(scope, way, longer, schedules * each.schedules(), future, next);
      }
    }

    /** Everything that may come after the last deviation, as far as there are any left. */
    private List<Next> more(List<Deviation> deviations, List<SmallScope.Point> points, Left left) {
      List<Next> more = new ArrayList<>();
      Deviation last = deviations.isEmpty() ? null : deviations.getLast();
      int from = last == null ? 0 : last.point();
      boolean isOwed = false;
      for (int point = from; point < points.size(); point++) {
        boolean isTaken = last != null && last.point() == point;
        if (left.switches() > 0 && !isTaken) more.add(new Next(new Deviation(point, null), 1));
        if (left.faults() == 0 || (isTaken && !last.isSwitch())) continue;
        for (Fate fate : Fate.values()) {
          if (!isOf(fate, points.get(point))) continue;
          boolean isLeft =
              fate == Fate.DIE_AFTER
                  && point + 1 < points.size()
                  && isLeftTo(points.get(point), points.get(point + 1));
          long stands = fate == Fate.DIE_BEFORE && isOwed ? 2 : 1;
          if (fate == Fate.DIE_AFTER) isOwed = isLeft;
          if (!isLeft) more.add(new Next(new Deviation(point, fate), stands));
        }
      }
      return more;
    }

    private static boolean isOf(Fate fate, SmallScope.Point call) {
      boolean ends = fate == Fate.DIE_BEFORE || fate == Fate.DIE_AFTER;
      return ends || OTHERS_CODE.contains(call.where());
    }

    /** How many ways lead from the start to the end. */
    long schedules() {
      return schedules(first, new HashMap<>(), new HashSet<>());
    }

    private long schedules(Left from, Map<Left, Long> counted, Set<Left> path) {
      if (from.isDone()) return 1;
      Long known = counted.get(from);
      if (known != null) return known;
      assertThat(path.add(from)).as("the task comes forward from %s", from).isTrue();
      long ways = 0;
      for (Map.Entry<Left, Long> each : futures.get(from).entrySet()) {
        ways += each.getValue() * schedules(each.getKey(), counted, path);
      }
      path.remove(from);
      counted.put(from, ways);
      return ways;
    }
  }

  @Test
  void noScheduleOfFewFaultsAndSwitchesRepeatsTheMailOrStopsTheTask() throws Exception {
    Enumeration all = new Enumeration(MOST).play();
    System.out.printf(
        "small scope: %,d schedules of up to %d faults and %d switches over %,d moments,"
            + " %,d events played%n",
        all.schedules(), MOST, MOST, all.futures.size(), all.played.get());
  }

  /** What lets moments and deaths stand for others: each is played, and each way walked. */
  @Test
  void momentsOfOneLikenessHaveTheSameFutures() throws Exception {
    Map<Left, Map<Left, Long>> learnt = new ConcurrentHashMap<>();
    Enumeration each =
        new Enumeration(1) {
          @Override
          boolean isLeftTo(@Nullable Left before) {
            return false;
          }

          @Override
          boolean isLeftTo(SmallScope.Point call, SmallScope.Point next) {
            return false;
          }

          @Override
          void learn(Left left, Map<Left, Long> future) {
            super.learn(left, future);
            Map<Left, Long> before = learnt.putIfAbsent(left, future);
            if (before != null) assertThat(future).isEqualTo(before);
          }
        };
    each.play();
    Enumeration shortened = new Enumeration(1).play();

    assertThat(shortened.futures).isEqualTo(each.futures);
    assertThat(shortened.played.get()).isLessThan(each.played.get());
    System.out.printf(
        "small scope: %,d schedules of one fault and one switch, %,d events where all are walked,"
            + " %,d where likenesses stand for one another%n",
        each.schedules(), each.played.get(), shortened.played.get());
  }
}
