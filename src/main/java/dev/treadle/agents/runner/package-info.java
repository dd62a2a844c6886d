/**
 * An agent that works through a long list by a flaky interface, and says at the end what was done,
 * what was not, and why. Each item is an action of its own in the ledger, so that a crash in the
 * middle of the list repeats and loses nothing.
 *
 * <p>May import the base package, {@code llm} and {@code tool}. Read {@link
 * dev.treadle.agents.runner.RunnerAgent} first, then {@link dev.treadle.agents.runner.Tally}.
 */
@NullMarked
package dev.treadle.agents.runner;

import org.jspecify.annotations.NullMarked;
