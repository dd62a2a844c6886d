/**
 * The loop: claim, step, verdict, commit, enqueue, with the ledger of actions, the watchdog and
 * what operators may do. Knows no model, no AWS and no web.
 *
 * <p>May import the base package and Jackson. Read {@link dev.treadle.engine.LoopEngine} first,
 * then {@link dev.treadle.engine.Task}, {@link dev.treadle.engine.Claim} and {@link
 * dev.treadle.engine.Ledger}.
 */
@NullMarked
package dev.treadle.engine;

import org.jspecify.annotations.NullMarked;
