package dev.treadle.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.engine.Faults.Fate;
import dev.treadle.engine.SmallScope.Deviation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Plays every schedule of up to one fault and one switch (two of each in the nightly profile) of
 * {@link SmallScope}, none at random; {@code -Dsim.scope=N} plays up to N.
 *
 * <p>Enumerated is: at each call that a worker makes to the table and the queue, that it dies
 * before or after the call; at each call of the model and the tool also that the reply is lost, or
 * the call never made, and the worker lives to hear of it (for table and queue both end the
 * delivery like a death: {@link CrashPointTest} plays them); and at each call that the other worker
 * comes between. A switch and a fault may meet at one call. Calls that exist only because of an
 * earlier deviation are numbered and disturbed like the others.
 *
 * <p>A schedule whose deviations have all happened is played on until its world comes, between two
 * deliveries, to a state in which another schedule has been with at least as many faults and
 * switches left: that one plays all that could follow, and its continuations are this one's. So
 * dying after a call and dying before the next are one schedule, and few are played to their end.
 * Equal means every byte of table and queue, the effects, the clock and the random numbers; the
 * engine itself remembers nothing from one delivery to the next.
 */
class SmallScopeTest {
  private static final int MOST = Integer.getInteger("sim.scope", 1);
  private static final Set<String> OTHERS_CODE = Set.of("model", "send");

  /** What is still to come beside a state. */
  private record Left(int faults, int switches, String state) {}

  /** An enumeration: all schedules up to a number of faults and of switches. */
  private static class Enumeration {
    private final int most;
    final AtomicLong schedules = new AtomicLong();
    final Set<Left> known = ConcurrentHashMap.newKeySet();

    Enumeration(int most) {
      this.most = most;
    }

    /** Whether the world may stop here; all that are not known are remembered. */
    boolean isKnown(Left left) {
      for (int faults = left.faults(); faults <= most; faults++) {
        for (int switches = left.switches(); switches <= most; switches++) {
          if (known.contains(new Left(faults, switches, left.state()))) return true;
        }
      }
      // Of two that come here at the same moment one goes on.
      return !known.add(left);
    }

    void play() throws InterruptedException {
      List<Deviation> first = next(List.of(), play(List.of()));
      Seeds.inParallel(0, first.size(), i -> extend(List.of(first.get((int) i))));
    }

    private void extend(List<Deviation> schedule) {
      for (Deviation each : next(schedule, play(schedule))) {
        List<Deviation> longer = new ArrayList<>(schedule);
        longer.add(each);
        extend(longer);
      }
    }

    private List<String> play(List<Deviation> schedule) {
      schedules.incrementAndGet();
      int switches = most - (int) schedule.stream().filter(Deviation::isSwitch).count();
      int faults = 2 * most - schedule.size() - switches;
      SmallScope scope =
          new SmallScope(schedule, state -> isKnown(new Left(faults, switches, state)));
      try {
        scope.play();
      } catch (AssertionError | RuntimeException broken) {
        throw new AssertionError(schedule + " over " + scope.points + ": " + broken, broken);
      }
      return scope.points;
    }

    /** Everything that may come after the last deviation, as far as the counts allow. */
    private List<Deviation> next(List<Deviation> schedule, List<String> points) {
      List<Deviation> next = new ArrayList<>();
      long switches = schedule.stream().filter(Deviation::isSwitch).count();
      long faults = schedule.size() - switches;
      Deviation last = schedule.isEmpty() ? null : schedule.getLast();
      int from = last == null ? 0 : last.point();
      for (int point = from; point < points.size(); point++) {
        boolean isTaken = last != null && last.point() == point;
        if (switches < most && !isTaken) next.add(new Deviation(point, null));
        if (faults == most || (isTaken && !last.isSwitch())) continue;
        for (Fate fate : Fate.values()) {
          boolean ends = fate == Fate.DIE_BEFORE || fate == Fate.DIE_AFTER;
          if (ends || OTHERS_CODE.contains(points.get(point))) {
            next.add(new Deviation(point, fate));
          }
        }
      }
      return next;
    }
  }

  @Test
  void noScheduleOfFewFaultsAndSwitchesRepeatsTheMailOrStopsTheTask() throws Exception {
    Enumeration all = new Enumeration(MOST);
    all.play();
    System.out.printf(
        "small scope: all schedules of up to %d faults and %d switches: %,d played, %,d states%n",
        MOST, MOST, all.schedules.get(), all.known.size());
  }

  /** What is not played because its state is known must not come to a state that is not. */
  @Test
  void everyStateOfTheWholeEnumerationIsAlsoOneOfTheShortened() throws Exception {
    Enumeration shortened = new Enumeration(1);
    shortened.play();
    Enumeration whole =
        new Enumeration(1) {
          @Override
          boolean isKnown(Left left) {
            known.add(left);
            return false;
          }
        };
    whole.play();

    Set<String> played = new HashSet<>();
    shortened.known.forEach(left -> played.add(left.state()));
    assertThat(whole.known).extracting(Left::state).isSubsetOf(played);
    assertThat(shortened.schedules.get()).isLessThan(whole.schedules.get());
    System.out.printf(
        "small scope: %,d schedules of one fault and one switch, %,d of them played%n",
        whole.schedules.get(), shortened.schedules.get());
  }
}
