/**
 * An agent for a look at a deployment: it asks no model and touches nothing outside, and runs for
 * more iterations than Lambda lets a loop run that nobody said is meant.
 *
 * <p>May import the base package. Read {@link dev.treadle.agents.canary.CanaryAgent} first, then
 * {@link dev.treadle.agents.canary.CanaryExecutor}.
 */
@NullMarked
package dev.treadle.agents.canary;

import org.jspecify.annotations.NullMarked;
