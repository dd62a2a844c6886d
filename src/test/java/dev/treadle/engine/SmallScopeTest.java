package dev.treadle.engine;

import dev.treadle.engine.Faults.Fate;
import dev.treadle.engine.SmallScope.Deviation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Plays every schedule of up to one fault and one switch (two of each in the nightly profile) of
 * {@link SmallScope}, none left out and none at random; {@code -Dsim.scope=N} plays up to N.
 *
 * <p>Enumerated is: at each call that a worker makes to the table and the queue, that it dies
 * before or after the call; at each call of the model and the tool also that the reply is lost, or
 * the call never made, and the worker lives to hear of it (for table and queue both end the
 * delivery like a death: {@link CrashPointTest} plays them); and at each call that the other worker
 * comes between. A switch and a fault may meet at one call. Calls that exist only because of an
 * earlier deviation are numbered and disturbed like the others.
 */
class SmallScopeTest {
  private static final int MOST = Integer.getInteger("sim.scope", 1);
  private static final Set<String> OTHERS_CODE = Set.of("model", "send");

  @Test
  void noScheduleOfFewFaultsAndSwitchesRepeatsTheMailOrStopsTheTask() throws Exception {
    AtomicLong schedules = new AtomicLong();
    List<Deviation> first = next(List.of(), play(List.of(), schedules));
    Seeds.inParallel(0, first.size(), i -> extend(List.of(first.get((int) i)), schedules));
    System.out.printf(
        "small scope: all %,d schedules of up to %d faults and %d switches%n",
        schedules.get(), MOST, MOST);
  }

  private static void extend(List<Deviation> schedule, AtomicLong schedules) {
    List<String> points = play(schedule, schedules);
    for (Deviation each : next(schedule, points)) {
      List<Deviation> longer = new ArrayList<>(schedule);
      longer.add(each);
      extend(longer, schedules);
    }
  }

  private static List<String> play(List<Deviation> schedule, AtomicLong schedules) {
    schedules.incrementAndGet();
    SmallScope scope = new SmallScope(schedule);
    try {
      scope.play();
    } catch (AssertionError | RuntimeException broken) {
      throw new AssertionError(schedule + " over " + scope.points + ": " + broken, broken);
    }
    return scope.points;
  }

  /** Everything that may come after the last deviation, as far as the counts allow. */
  private static List<Deviation> next(List<Deviation> schedule, List<String> points) {
    List<Deviation> next = new ArrayList<>();
    long switches = schedule.stream().filter(Deviation::isSwitch).count();
    long faults = schedule.size() - switches;
    Deviation last = schedule.isEmpty() ? null : schedule.getLast();
    int from = last == null ? 0 : last.point();
    for (int point = from; point < points.size(); point++) {
      boolean isTaken = last != null && last.point() == point;
      if (switches < MOST && !isTaken) next.add(new Deviation(point, null));
      if (faults == MOST || (isTaken && !last.isSwitch())) continue;
      for (Fate fate : Fate.values()) {
        boolean ends = fate == Fate.DIE_BEFORE || fate == Fate.DIE_AFTER;
        if (ends || OTHERS_CODE.contains(points.get(point))) next.add(new Deviation(point, fate));
      }
    }
    return next;
  }
}
