/**
 * The ready tool-calling executor: one step is at most one model call and the calls that it asked
 * for. Assembles what the model reads, checks what it answers before anything acts on it, and
 * offers the tools by which a model reports and ends.
 *
 * <p>May import the base package, the JDK, JSpecify and Jackson; never {@code engine}. Read {@link
 * dev.treadle.llm.ToolCallingExecutor} next, then {@link dev.treadle.llm.Model}, the port that
 * every model client fills.
 */
@NullMarked
package dev.treadle.llm;

import org.jspecify.annotations.NullMarked;
