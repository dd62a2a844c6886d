package dev.treadle.engine;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * What may go wrong in one simulated world, and how often: drawn from its seed, and most worlds
 * know only some of it, because faults that always come together hide one another.
 *
 * @param tasks started by the trigger
 * @param workers that carry steps, each with a clock of its own
 * @param skew how far a clock may be off; beyond {@link #TRUSTED_SKEW} no call lasts any time once
 *     its action is started, because only the time ladder keeps its successor away
 * @param calls of the table, the queue, the model and the tools
 * @param queue what the queue does to messages
 * @param others what people and machines around the loop do
 * @param faultsFor how long faults last
 */
record Swarm(
    int tasks,
    int workers,
    Duration skew,
    Calls calls,
    Queue queue,
    Others others,
    Duration faultsFor) {
  /** A lease outlives the function's timeout by this much; half of it for each of two clocks. */
  static final Duration TRUSTED_SKEW = Defaults.LEASE.minus(Defaults.FUNCTION_TIMEOUT).dividedBy(2);

  /**
   * Chances per call.
   *
   * @param stall the worker stands still, from milliseconds to hours
   * @param repeat the client loses a reply and repeats the call by itself
   * @param staleIndex the index of due tasks answers as it was a while ago
   * @param immortal no platform kills a worker that takes too long
   */
  record Calls(
      double dieBefore,
      double dieAfter,
      double loseReply,
      double unavailable,
      double repeat,
      double stall,
      double staleIndex,
      double modelFails,
      double toolRefuses,
      boolean immortal) {}

  /**
   * Chances per message.
   *
   * @param undead a deletion does not last
   * @param late how late a late message is at most
   * @param receivesMax after these the message goes to the dead-letter queue
   */
  record Queue(
      double lost,
      double duplicated,
      double delayed,
      Duration late,
      double undead,
      int receivesMax) {}

  /**
   * Chances per task, message or tick.
   *
   * @param outages chance that pollers stand still for a while, per minute
   * @param tickMissed chance that the watchdog's minute does not come
   */
  record Others(
      double cancels,
      double resumes,
      double forks,
      double deploys,
      double purges,
      double outages,
      double tickMissed) {}

  /** Clocks differ by more than the time ladder allows for. */
  boolean isWild() {
    return skew.compareTo(TRUSTED_SKEW) > 0;
  }

  static Swarm of(RandomGenerator random) {
    Duration[] skews = {Duration.ZERO, TRUSTED_SKEW, Duration.ofMinutes(10)};
    return new Swarm(
        1 + random.nextInt(4),
        1 + random.nextInt(8),
        skews[random.nextInt(skews.length)],
        calls(random),
        queue(random),
        others(random),
        Duration.ofMinutes(5L << random.nextInt(10)));
  }

  private static Calls calls(RandomGenerator random) {
    return new Calls(
        some(random, 0.03),
        some(random, 0.03),
        some(random, 0.03),
        some(random, 0.03),
        some(random, 0.05),
        some(random, 0.08),
        some(random, 0.3),
        some(random, 0.3),
        some(random, 0.3),
        random.nextInt(3) == 0);
  }

  private static Queue queue(RandomGenerator random) {
    return new Queue(
        some(random, 0.3),
        some(random, 0.2),
        some(random, 0.3),
        Duration.ofMinutes(1L << random.nextInt(13)),
        some(random, 0.1),
        3 + random.nextInt(12));
  }

  private static Others others(RandomGenerator random) {
    return new Others(
        some(random, 0.3),
        some(random, 0.8),
        some(random, 0.3),
        some(random, 0.3),
        some(random, 0.2),
        some(random, 0.05),
        some(random, 0.3));
  }

  /** Nothing half of the time, and otherwise anything up to {@code most}. */
  private static double some(RandomGenerator random, double most) {
    return random.nextBoolean() ? 0 : most * random.nextDouble();
  }
}
