/**
 * An agent that writes a short article from facts, has it reviewed by an editor's instructions, and
 * publishes it when a person has approved it, as that person left it.
 *
 * <p>May import the base package, {@code llm} and {@code tool}. Read {@link
 * dev.treadle.agents.content.ContentAgent} first, then {@link
 * dev.treadle.agents.content.TextCheck}.
 */
@NullMarked
package dev.treadle.agents.content;

import org.jspecify.annotations.NullMarked;
