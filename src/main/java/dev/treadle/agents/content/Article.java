package dev.treadle.agents.content;

import dev.treadle.Description;

/** What is published. */
public record Article(
    @Description("10 to 80 characters") String title,
    @Description("Plain text of 40 to 600 words, paragraphs separated by an empty line")
        String body) {}
