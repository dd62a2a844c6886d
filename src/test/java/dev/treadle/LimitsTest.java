package dev.treadle;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class LimitsTest {
  private static void refuses(Supplier<Object> limits, String rule) {
    ThrowingCallable making = limits::get;
    assertThatThrownBy(making)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(rule);
  }

  @Test
  void aValueOutOfRangeIsNamedWithItsRule() {
    Limits good = Limits.DEFAULT;
    refuses(() -> good.withMaxIterations(0), "max_iterations must be from 1 to 10000, was 0");
    refuses(() -> good.withMaxIterations(10_001), "max_iterations must be from 1 to 10000");
    refuses(
        () -> good.withApprovalExpiry(Duration.ofSeconds(59)),
        "approval_expiry_seconds must be from 60 to 5184000, was 59");
    refuses(() -> new Limits.Patience(0, 2, 5), "errors_in_a_row_max must be from 1");
    refuses(() -> new Limits.Patience(3, 1, 5), "same_call_max must be from 2 to 3, was 1");
    refuses(() -> new Limits.Patience(3, 4, 5), "same_call_max must be from 2 to 3, was 4");
    refuses(() -> new Limits.Patience(3, 2, 0), "idle_iterations_max must be from 1");
    refuses(() -> new Limits.Retries(0, 20), "attempts_per_iteration must be from 1");
    refuses(() -> new Limits.Retries(3, -1), "retries_per_task must be from 0");
    refuses(() -> budget(-1, 0, 0, 1), "cost_micros must be from 0");
    refuses(() -> budget(0, -1, 0, 1), "tokens must be from 0");
    refuses(() -> budget(0, 0, -1, 1), "tool_calls must be from 0");
    refuses(() -> budget(0, 0, 0, 0), "deadline_seconds must be from 1");
  }

  private static Limits.Budget budget(long micros, long tokens, int calls, long seconds) {
    return new Limits.Budget(micros, tokens, calls, Duration.ofSeconds(seconds));
  }

  @Test
  void aConfidenceThresholdIsANumberFromZeroToOne() {
    for (double bad : new double[] {-0.1, 1.1, Double.NaN}) {
      Limits d = Limits.DEFAULT;
      refuses(
          () ->
              new Limits(
                  d.maxIterations(),
                  d.patience(),
                  d.retries(),
                  d.budget(),
                  d.approvalExpiry(),
                  bad),
          "confidence_threshold must be from 0 to 1");
    }
  }

  @Test
  void allBrokenRulesAreNamedAtOnce() {
    refuses(() -> new Limits.Patience(0, 1, 0), "idle_iterations_max");
    refuses(() -> new Limits.Patience(0, 1, 0), "errors_in_a_row_max");
  }
}
