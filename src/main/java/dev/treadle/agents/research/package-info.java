/**
 * An agent that answers a question from pages, in three phases: it gathers them, writes claims that
 * quote them word for word, and has each quote looked up in what the journal kept of the pages. No
 * report is saved that says something else.
 *
 * <p>May import the base package, {@code llm} and {@code tool}. Read {@link
 * dev.treadle.agents.research.ResearchAgent} first, then {@link
 * dev.treadle.agents.research.QuoteCheck}.
 */
@NullMarked
package dev.treadle.agents.research;

import org.jspecify.annotations.NullMarked;
