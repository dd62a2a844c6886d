package dev.treadle.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every breaker table promises. */
public abstract class BreakerTableContract {
  private static final Instant NOW = Instant.parse("2026-03-02T09:00:00Z");
  private BreakerTable table;

  /** An empty table. */
  protected abstract BreakerTable open();

  @BeforeEach
  void openTable() {
    table = open();
  }

  @Test
  public void aBreakerComesBackAsItWasWritten() {
    Breaker open = open("model:default");
    for (Breaker each = Breaker.closed("model:default", NOW); !each.equals(open); ) {
      each = each.failed("529 overloaded", NOW);
      assertThat(table.replace(each)).isTrue();
    }
    assertThat(open.isOpen()).isTrue();
    assertThat(table.find("model:default")).contains(open);
    assertThat(table.find("model:other")).isEmpty();
  }

  @Test
  public void ofTwoWhoReadTheSameOneWrites() {
    Breaker first = Breaker.closed("tool:mail", NOW).failed("a", NOW);
    Breaker second = Breaker.closed("tool:mail", NOW).failed("b", NOW);
    assertThat(table.replace(first)).isTrue();
    assertThat(table.replace(second)).isFalse();
    assertThat(table.find("tool:mail")).contains(first);

    assertThat(table.replace(first.failed("c", NOW))).isTrue();
    assertThat(table.replace(first.failed("d", NOW))).isFalse();
  }

  @Test
  public void whatWasNeverWrittenCannotBeMoved() {
    Breaker second = Breaker.closed("x", NOW).failed("a", NOW).failed("b", NOW);
    assertThat(table.replace(second)).isFalse();
    assertThat(table.find("x")).isEmpty();
  }

  @Test
  public void whatIsHaltedComesBackAndOfTwoPeopleWhoReadTheSameOneWrites() {
    Halt mail = new Halt("tool:mail", "person:ann", "wrong list", NOW);
    Halt all = new Halt(Halt.EVERYTHING, "person:ben", "stop", NOW);
    assertThat(table.halts()).isEqualTo(Halts.NONE);
    assertThat(table.replace(Halts.NONE.with(mail).with(all))).isFalse();
    Halts first = Halts.NONE.with(mail);
    assertThat(table.replace(first)).isTrue();
    assertThat(table.replace(Halts.NONE.with(all))).isFalse();
    assertThat(table.halts()).isEqualTo(first);

    Halts lifted = first.without(mail, new Halt("tool:mail", "person:ben", "mended", NOW));
    assertThat(table.replace(lifted)).isTrue();
    assertThat(table.halts()).isEqualTo(lifted);
  }

  /** A breaker that has just opened. */
  private static Breaker open(String dependency) {
    Breaker breaker = Breaker.closed(dependency, NOW);
    while (!breaker.isOpen()) breaker = breaker.failed("529 overloaded", NOW);
    return breaker;
  }
}
