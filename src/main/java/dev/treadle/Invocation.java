package dev.treadle;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a tool knows about the call it serves.
 *
 * @param key the action's idempotency key, 32 hex digits: equal for every repetition of the same
 *     action, so a provider that takes one performs it once
 * @param timeLimit how long the call may take before its outcome counts as unknown
 * @param past the task's calls of earlier iterations, oldest first, to check a model's word
 *     against; each time it is asked, the whole journal is read
 */
public record Invocation(
    TaskId taskId, int iteration, String key, Duration timeLimit, Supplier<List<PastCall>> past) {}
