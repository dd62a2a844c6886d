/**
 * The functions: each turns a Lambda event into a call of the engine and its answer into what the
 * event source expects.
 *
 * <p>May import every room but {@code local}; the only room that sees Lambda's event types. Read
 * {@link dev.treadle.lambda.StepHandler} next.
 */
@NullMarked
package dev.treadle.lambda;

import org.jspecify.annotations.NullMarked;
