/**
 * The client of Anthropic's Messages API.
 *
 * <p>May import the base package, {@code llm}, the JDK and Jackson; no Quarkus, since the local
 * runtime asks models too. Read {@link dev.treadle.llm.anthropic.AnthropicModel} next; {@link
 * dev.treadle.llm.anthropic.AnthropicSettings} says how it is configured.
 */
@NullMarked
package dev.treadle.llm.anthropic;

import org.jspecify.annotations.NullMarked;
