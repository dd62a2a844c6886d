package dev.treadle.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.TaskId;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The chaos run can fail. */
class ChaosVerdictTest {
  private static final TaskId ID = new TaskId("chaos-001");
  private static final ChaosVerdict.Figures FIGURES =
      new ChaosVerdict.Figures(1, 20, 4, 10, 50, 1, 0, 0, Duration.ZERO, Duration.ZERO);

  private static ChaosVerdict verdict(boolean isWitnessAlive, String... happened) {
    try (Records records = new MapRecords()) {
      return ChaosVerdict.of(
          FIGURES,
          List.of(ID),
          new EmbeddedTaskStore(records),
          List.of(happened),
          Set.of(),
          isWitnessAlive);
    }
  }

  @Test
  void aTaskThatIsNotInTheTableIsLost() {
    ChaosVerdict verdict = verdict(true);

    assertThat(verdict.lost()).isEqualTo(1);
    assertThat(verdict.broken()).containsExactly("chaos-001 is lost: not in the table");
  }

  @Test
  void anEffectThatHappenedTwiceIsABrokenPromise() {
    ChaosVerdict verdict = verdict(true, "chaos-001 pay-1", "chaos-001 pay-1");

    assertThat(verdict.repeated()).isEqualTo(1);
    assertThat(verdict.broken()).contains("chaos-001 pay-1 happened 2 times");
  }

  @Test
  void aDeadWitnessProvesNothing() {
    assertThat(verdict(false).broken()).anyMatch(broken -> broken.contains("proves nothing"));
  }
}
