package dev.treadle.agents.runner;

import java.util.Optional;

/**
 * What became of one item.
 *
 * @param why it was not done, in the words of the other side
 */
public record WorkResult(String item, boolean done, Optional<String> why) {}
