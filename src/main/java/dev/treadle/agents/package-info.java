/**
 * The templates that come with Treadle, one folder each. They use only what an agent of your own
 * may use: the base package, {@code llm} and {@code tool}.
 *
 * <p>Read {@link dev.treadle.agents.pricing.PricingAgent} next.
 */
@NullMarked
package dev.treadle.agents;

import org.jspecify.annotations.NullMarked;
