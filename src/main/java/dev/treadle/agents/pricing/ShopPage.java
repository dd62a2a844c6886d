package dev.treadle.agents.pricing;

import dev.treadle.Description;

/** A competitor's page with prices. */
public record ShopPage(String name, @Description("Where its prices are, https") String url) {}
