/**
 * Notices when nothing useful happens: keeps a fingerprint of every run of a series, judges a
 * result against the earlier ones before it is delivered, and says how healthy a series is.
 *
 * <p>May import the base package and the engine. Read {@link dev.treadle.drift.RunJudge} next, then
 * {@link dev.treadle.drift.Baseline}, which holds the rules.
 */
@NullMarked
package dev.treadle.drift;

import org.jspecify.annotations.NullMarked;
