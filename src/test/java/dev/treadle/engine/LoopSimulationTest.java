package dev.treadle.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Plays as many made-up worlds as there are seeds and demands every promise of the protocol in
 * each: safety at every event, and motion once the faults have stopped. See {@link Simulation}.
 *
 * <p>{@code -Dsim.seed=N} replays one seed with all that happens in it; {@code -Dsim.seeds=N} plays
 * that many, from {@code -Dsim.from}. The nightly profile plays 2,000,000.
 */
class LoopSimulationTest {
  private static final long SEEDS = 20_000;
  private static final Simulation.Break NOTHING_BROKEN = new Simulation.Break() {};

  /** What the seeds must have met at least once, or they prove less than they seem to. */
  private static List<String> mustBeMet() {
    List<String> met =
        new ArrayList<>(
            List.of(
                "fault: died before",
                "fault: died after",
                "fault: reply lost",
                "fault: unavailable",
                "fault: repeated by the client",
                "fault: stalled",
                "fault: killed in a pause",
                "fault: model fails",
                "fault: executor throws",
                "fault: tool refuses",
                "fault: stale index",
                "fault: tick missed",
                "fault: message lost",
                "fault: message duplicated",
                "fault: message late",
                "fault: deleted and back",
                "fault: dead-lettered",
                "fault: redriven",
                "fault: queue purged",
                "fault: pollers stand still",
                "fault: deployed another version",
                "claim: Granted",
                "claim: AlreadyRecorded",
                "claim: Held",
                "claim: TooEarly",
                "claim: Obsolete",
                "claim: Exhausted",
                "commit: Written",
                "commit: Lost",
                "intend: HELD",
                "intend: LOST",
                "intend: CANCELLED",
                "start: HELD",
                "start: LOST",
                "start: CANCELLED",
                "settled: SUCCEEDED",
                "settled: FAILED",
                "settled: UNKNOWN",
                "takeovers",
                "resent",
                "people: cancel",
                "people: APPROVE",
                "people: REJECT",
                "people: REJECT_AND_STOP",
                "people: IT_HAPPENED",
                "people: RUN_IT",
                "people: STOP",
                "people: edit",
                "people: extend",
                "people: robot",
                "people: withdraw",
                "one of several votes",
                "votes taken back",
                "approved by several",
                "edited and approved",
                "extended",
                "parked",
                "too late for a call",
                "late words",
                "effects after outside text",
                "desk answer: Recorded",
                "desk answer: WaitingForOthers",
                "desk answer: AlreadyDecided",
                "desk answer: AskedAnew",
                "desk answer: Extended",
                "desk answer: Expired",
                "desk answer: Invalid",
                "desk answer: VersionChanged",
                "forks",
                "forks after outside text",
                "operator answer: Done",
                "operator answer: Requested",
                "operator answer: Refused"));
    // Nothing judges output or its freshness yet, and no state of twelve steps is too large.
    List<Reason> cannotHappenHere =
        List.of(Reason.OUTPUT_INVALID, Reason.STALE_OUTPUT, Reason.STATE_TOO_LARGE);
    Arrays.stream(Reason.values())
        .filter(reason -> !cannotHappenHere.contains(reason))
        .forEach(reason -> met.add("reason: " + reason.wireName()));
    return met;
  }

  @Test
  void everyPromiseHoldsInEveryWorld() throws Exception {
    Tally tally = new Tally();
    Long one = Long.getLong("sim.seed");
    if (one != null) {
      new Simulation(one, tally, NOTHING_BROKEN).play();
      return;
    }
    long from = Long.getLong("sim.from", 0);
    long seeds = Long.getLong("sim.seeds", SEEDS);
    Seeds.inParallel(
        from, from + seeds, seed -> new Simulation(seed, tally, NOTHING_BROKEN).play());
    print(seeds, tally);
    if (seeds >= SEEDS) demandCoverage(tally);
    demandBounds(tally);
  }

  /**
   * Seeds that once broke a promise; each is named by what was wrong. What a seed means changes
   * with the world, so each of them has a test of its own as well.
   */
  @ParameterizedTest
  @ValueSource(
      longs = {
        18, // A fork of what a stranger started was trusted like the operator who forked it.
        184, // A desk that stalled between its reads overwrote others' answers.
        691 // Questions that had expired were rejected when somebody rejected another and stopped.
      })
  void whatOnceBrokeHolds(long seed) {
    new Simulation(seed, new Tally(), NOTHING_BROKEN).play();
  }

  private static void demandCoverage(Tally tally) {
    assertThat(mustBeMet()).allMatch(what -> tally.of(what) > 0, "was met at least once");
  }

  /** However unkind the queue is, an iteration costs a few messages and lost conditions. */
  private static void demandBounds(Tally tally) {
    long iterations = tally.of("iterations");
    assertThat(tally.of("deliveries")).as("deliveries").isLessThan(6 * iterations);
    assertThat(tally.of("sends")).as("sends").isLessThan(4 * iterations);
    long lost = tally.of("commit: Lost") + tally.of("start: LOST") + tally.of("intend: LOST");
    assertThat(lost).as("conditions that did not hold").isLessThan(iterations);
  }

  private static void print(long seeds, Tally tally) {
    Duration simulated = Duration.ofSeconds(tally.of("simulated seconds"));
    System.out.printf(
        "simulation: %,d seeds, %,d tasks, %,d events, %,d iterations, %,d days of task time%n",
        seeds, tally.of("tasks"), tally.of("events"), tally.of("iterations"), simulated.toDays());
    System.out.printf(
        "  %,d deliveries and %,d sends, %.2f and %.2f for each iteration%n",
        tally.of("deliveries"),
        tally.of("sends"),
        1.0 * tally.of("deliveries") / tally.of("iterations"),
        1.0 * tally.of("sends") / tally.of("iterations"));
    for (String group :
        List.of(
            "fault: ", "claim: ", "commit: ", "start: ", "reason: ", "people: ", "desk answer: ")) {
      System.out.println("  " + group + tally.group(group));
    }
    System.out.printf(
        "  %,d effects, %,d takeovers, %,d messages sent again, %,d late words%n",
        tally.of("effects"), tally.of("takeovers"), tally.of("resent"), tally.of("late words"));
    System.out.printf(
        "  %,d forks, %,d votes of several, %,d edits approved, %,d extensions, %,d parked%n",
        tally.of("forks"),
        tally.of("one of several votes"),
        tally.of("edited and approved"),
        tally.of("extended"),
        tally.of("parked"));
    System.out.printf(
        "  %,d approvals by several, %,d final effects after outside text%n",
        tally.of("approved by several"), tally.of("effects after outside text"));
  }
}
