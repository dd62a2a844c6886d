package dev.treadle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ToolTest {
  record Transfer(int amount, LocalDate on) {
    Transfer {
      if (amount < 1) throw new IllegalArgumentException("amount must be at least 1");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"amount\": 99999999999, \"on\": \"2026-01-31\"}",
        "{\"amount\": 1, \"on\": \"2026-02-31\"}",
        "{\"amount\": 0, \"on\": \"2026-01-31\"}"
      })
  void argumentsThatFitTheSchemaButNotTheRecordDidNothing(String arguments) throws Exception {
    AtomicInteger performed = new AtomicInteger();
    Tool tool =
        Tool.irreversible(
            "transfer",
            "Transfers money.",
            BlastRadius.HIGH,
            Transfer.class,
            (asked, invocation) -> {
              performed.incrementAndGet();
              return ToolOutcome.failed("the test has no bank");
            });
    Invocation invocation =
        new Invocation(new TaskId("t-1"), 1, "key", Duration.ofSeconds(1), List::of);

    ToolOutcome outcome = tool.body().perform(Json.parse(arguments), invocation);

    assertThat(outcome).isInstanceOf(ToolOutcome.Failed.class);
    assertThat(((ToolOutcome.Failed) outcome).why()).startsWith("the arguments do not fit: ");
    assertThat(performed).hasValue(0);
  }
}
