/**
 * Amazon Bedrock's Converse API.
 *
 * <p>May import the base package, {@code llm}, {@code llm.remote}, the JDK and Jackson; the
 * signature of its requests comes from the room {@code aws}. Read {@link
 * dev.treadle.llm.bedrock.ConverseDialect}.
 */
@NullMarked
package dev.treadle.llm.bedrock;

import org.jspecify.annotations.NullMarked;
