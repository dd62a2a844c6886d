package dev.treadle.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.engine.Faults.Fate;
import dev.treadle.engine.SmallScope.Deviation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
 * <p>A schedule is a way through moments between two events. From each moment, with each number of
 * faults and switches that may be left there, all that may happen in the next event is played once:
 * moments of one {@link Likeness} have the same futures, because the engine itself remembers
 * nothing from one delivery to the next. So the ways are counted, and few of them are walked twice.
 * A way that came back to where it was would be a task that never ends.
 */
class SmallScopeTest {
  private static final int MOST = Integer.getInteger("sim.scope", 2);
  private static final int EVENTS_MAX = 500;
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

  /** How a moment was reached first. */
  private record Way(Left left, SmallScope.Between between, Trail trail) {}

  /** What may come after each moment. */
  private static class Enumeration {
    final Map<Left, List<Left>> futures = new ConcurrentHashMap<>();
    final AtomicLong played = new AtomicLong();
    private final Map<Left, Left> known = new ConcurrentHashMap<>();
    private final Queue<SmallScope> idle = new ConcurrentLinkedQueue<>();
    private final Left first;
    private List<Way> ways;

    Enumeration(int most) {
      SmallScope scope = new SmallScope();
      SmallScope.Between begin = scope.begin();
      first = new Left(most, most, Likeness.of(begin.world()));
      ways = List.of(new Way(first, begin, new Trail(null, 0, List.of())));
    }

    Enumeration play() throws InterruptedException {
      while (!ways.isEmpty()) {
        List<Way> here = ways;
        Queue<Way> next = new ConcurrentLinkedQueue<>();
        Seeds.inParallel(0, here.size(), i -> walk(here.get((int) i), next));
        ways = List.copyOf(next);
      }
      return this;
    }

    private void walk(Way way, Queue<Way> next) {
      if (way.trail().events() > EVENTS_MAX) {
        throw new AssertionError("no end in sight: " + way.trail());
      }
      SmallScope polled = idle.poll();
      SmallScope scope = polled == null ? new SmallScope() : polled;
      Map<List<Deviation>, Left> future = new LinkedHashMap<>();
      extend(scope, way, List.of(), future, next);
      learn(way.left(), future);
      idle.add(scope);
    }

    void learn(Left left, Map<List<Deviation>, Left> future) {
      futures.put(left, List.copyOf(future.values()));
    }

    /** Whether to leave it to whoever was there before. */
    boolean isLeftTo(@Nullable Left before) {
      return before != null;
    }

    private void extend(
        SmallScope scope,
        Way way,
        List<Deviation> deviations,
        Map<List<Deviation>, Left> future,
        Queue<Way> next) {
      played.incrementAndGet();
      SmallScope.Between between;
      boolean isDone;
      try {
        between = scope.play(way.between(), deviations);
        isDone = scope.isDone();
      } catch (AssertionError | RuntimeException broken) {
        throw new AssertionError(
            "%s; then %s over %s: %s".formatted(way.trail(), deviations, scope.points(), broken),
            broken);
      }
      List<String> points = scope.points();
      int switches = (int) deviations.stream().filter(Deviation::isSwitch).count();
      Left met =
          new Left(
              way.left().faults() - (deviations.size() - switches),
              way.left().switches() - switches,
              isDone ? DONE : Likeness.of(between.world()));
      Left before = known.putIfAbsent(met, met);
      Left left = before == null ? met : before;
      future.put(deviations, left);
      if (!isDone && !isLeftTo(before)) {
        next.add(
            new Way(left, between, new Trail(way.trail(), way.trail().events() + 1, deviations)));
      }
      for (Deviation each : more(deviations, points, left)) {
        List<Deviation> longer = new ArrayList<>(deviations);
        longer.add(each);
        extend(scope, way, longer, future, next);
      }
    }

    /** Everything that may come after the last deviation, as far as there are any left. */
    private static List<Deviation> more(
        List<Deviation> deviations, List<String> points, Left left) {
      List<Deviation> more = new ArrayList<>();
      Deviation last = deviations.isEmpty() ? null : deviations.getLast();
      int from = last == null ? 0 : last.point();
      for (int point = from; point < points.size(); point++) {
        boolean isTaken = last != null && last.point() == point;
        if (left.switches() > 0 && !isTaken) more.add(new Deviation(point, null));
        if (left.faults() == 0 || (isTaken && !last.isSwitch())) continue;
        for (Fate fate : Fate.values()) {
          boolean ends = fate == Fate.DIE_BEFORE || fate == Fate.DIE_AFTER;
          if (ends || OTHERS_CODE.contains(points.get(point))) {
            more.add(new Deviation(point, fate));
          }
        }
      }
      return more;
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
      for (Left each : futures.get(from)) ways += schedules(each, counted, path);
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

  /** What lets one moment stand for others: each way to it is walked, and on to the end. */
  @Test
  void momentsOfOneLikenessHaveTheSameFutures() throws Exception {
    Map<Left, Map<List<Deviation>, Left>> learnt = new ConcurrentHashMap<>();
    Enumeration each =
        new Enumeration(1) {
          @Override
          boolean isLeftTo(@Nullable Left before) {
            return false;
          }

          @Override
          void learn(Left left, Map<List<Deviation>, Left> future) {
            super.learn(left, future);
            Map<List<Deviation>, Left> before = learnt.putIfAbsent(left, future);
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
