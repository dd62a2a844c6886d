package dev.treadle.agents.content;

import dev.treadle.Description;
import java.util.Optional;

/** What the agent delivers. */
public record ContentOutcome(
    @Description("As publish answered; as it was drafted when a person did not allow it")
        String title,
    @Description("Where the article stands; absent when a person did not allow it")
        Optional<String> url) {}
