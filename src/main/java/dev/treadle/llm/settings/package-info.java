/**
 * The models of a deployment, from environment variables.
 *
 * <p>May import the base package, {@code llm} with its providers, the JDK and Jackson. Read {@link
 * dev.treadle.llm.settings.ModelSettings}, which lists the variables.
 */
@NullMarked
package dev.treadle.llm.settings;

import org.jspecify.annotations.NullMarked;
