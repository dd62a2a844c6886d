package dev.treadle.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Shows that the simulation has teeth: it notices each {@link Mutant}, and how soon. */
class MutantTest {
  private static final long SEEDS_MAX = Long.getLong("sim.mutants", 100_000);

  @Test
  void theSimulationCatchesEveryMutant() throws Exception {
    Mutant[] mutants = Mutant.values();
    List<Mutant> escaped = Collections.synchronizedList(new ArrayList<>());
    System.out.println("mutants: " + mutants.length);
    Seeds.inParallel(
        0,
        mutants.length,
        i -> {
          Mutant mutant = mutants[(int) i];
          AtomicReference<String> how = new AtomicReference<>();
          long seeds = caughtAfter(mutant, how);
          if (seeds > SEEDS_MAX) escaped.add(mutant);
          System.out.printf("  %-32s caught after %,d seeds: %s%n", mutant, seeds, how);
        });
    assertThat(escaped).isEmpty();
  }

  private static long caughtAfter(Mutant mutant, AtomicReference<String> how) {
    Tally tally = new Tally();
    for (long seed = 0; seed < SEEDS_MAX; seed++) {
      try {
        new Simulation(seed, tally, mutant).play();
      } catch (AssertionError caught) {
        how.set(firstLine(caught.getCause()));
        return seed + 1;
      }
    }
    return SEEDS_MAX + 1;
  }

  private static String firstLine(Throwable cause) {
    String text = String.valueOf(cause.getMessage()).replace('\n', ' ');
    return text.substring(0, Math.min(90, text.length()));
  }
}
