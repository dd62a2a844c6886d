package dev.treadle;

/**
 * How a task stopped or why it waits.
 *
 * @param detail the reason in words, with the numbers that decided it
 */
public record Outcome(Reason reason, String detail) {}
