package dev.treadle.agents.research;

import dev.treadle.Description;

/** One sentence of a report, and the words that it rests on. */
public record Claim(
    @Description("One sentence that answers part of the question") String text,
    @Description("One passage of the page, word for word, of at least 20 characters") String quote,
    @Description("Address of the page, as it was fetched") String url) {}
