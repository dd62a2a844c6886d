/**
 * Chat completions as OpenAI defined them and many others serve them: vendors, gateways, servers on
 * one's own machine.
 *
 * <p>May import the base package, {@code llm}, {@code llm.remote}, the JDK and Jackson. Read {@link
 * dev.treadle.llm.openai.ChatDialect}.
 */
@NullMarked
package dev.treadle.llm.openai;

import org.jspecify.annotations.NullMarked;
