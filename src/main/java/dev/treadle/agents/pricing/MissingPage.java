package dev.treadle.agents.pricing;

import dev.treadle.Description;

/** Why a shop has no price list today. */
public record MissingPage(
    String shop, @Description("In the words of the failed fetch_prices") String why) {}
