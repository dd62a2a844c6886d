/**
 * Anthropic's Messages API.
 *
 * <p>May import the base package, {@code llm}, {@code llm.remote}, the JDK and Jackson. Read {@link
 * dev.treadle.llm.anthropic.MessagesDialect}.
 */
@NullMarked
package dev.treadle.llm.anthropic;

import org.jspecify.annotations.NullMarked;
