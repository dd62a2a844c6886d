package dev.treadle;

import java.time.Instant;

/**
 * A call of a task that has ended, as the task's journal keeps it.
 *
 * @param text what came back, or why nothing did; a long output is cut
 */
public record PastCall(String tool, String text, boolean failed, Instant at) {}
