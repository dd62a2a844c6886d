package dev.treadle.engine;

import java.time.Instant;

/** An operator's request to stop a task before its next action. */
public record Cancel(String by, String why, Instant at) {}
