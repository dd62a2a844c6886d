/**
 * An agent that reads competitors' prices every morning, says what changed and mails it. What it
 * could not find it says first; it never fills a gap with yesterday's price.
 *
 * <p>May import the base package, {@code llm}, {@code tool}, Jackson and jsoup. Read {@link
 * dev.treadle.agents.pricing.PricingAgent} first, then {@link dev.treadle.agents.pricing.PricePage}
 * for reading a page and {@link dev.treadle.agents.pricing.Comparison} for what counts as a change.
 */
@NullMarked
package dev.treadle.agents.pricing;

import org.jspecify.annotations.NullMarked;
