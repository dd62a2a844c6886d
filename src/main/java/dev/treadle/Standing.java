package dev.treadle;

import java.time.Instant;
import java.util.Optional;

/**
 * What the terminator may look at: the task's counters after the step is accounted for.
 *
 * @param iteration the one that just ran
 * @param retriesLeft over the whole task; below zero when crashed attempts overdrew it
 * @param inLastPhase true also for agents without phases
 * @param phaseIterationsLeft in the current phase
 * @param pendingCalls calls whose results are owed to the model
 * @param waitsForHuman no pending call may run before a human decides
 * @param hopeless a fault that no later iteration can mend
 * @param stuck what the progress window found
 * @param stale why the completed output must not pass for a new one
 */
public record Standing(
    Limits limits,
    int iteration,
    int maxIterations,
    int errorsInARow,
    int retriesLeft,
    long costMicrosLeft,
    long tokensLeft,
    int toolCallsLeft,
    Reserve nextReserve,
    Instant deadline,
    boolean cancelRequested,
    boolean inLastPhase,
    int phaseIterationsLeft,
    int pendingCalls,
    boolean waitsForHuman,
    Optional<StepReport.Completion> completion,
    Optional<String> hopeless,
    Optional<String> stuck,
    Optional<String> stale) {}
