/**
 * What the author of an agent writes against: the agent, its tools, limits and gates, and the small
 * types that the loop hands to a step and gets back.
 *
 * <p>May import the JDK, JSpecify and Jackson; {@link dev.treadle.Schema} alone also sees the two
 * JSON Schema libraries. Read {@link dev.treadle.Agent} next, then {@link dev.treadle.Tool}.
 */
@NullMarked
package dev.treadle;

import org.jspecify.annotations.NullMarked;
