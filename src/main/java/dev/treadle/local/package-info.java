/**
 * The local runtime: everything that AWS does for Treadle, in one process on one machine. The table
 * and the queue are kept in one embedded store behind the engine's own ports.
 *
 * <p>May import every room; nobody imports it, and it is not in the function. Read {@link
 * dev.treadle.local.Records} first, then {@link dev.treadle.local.EmbeddedTaskStore} and {@link
 * dev.treadle.local.EmbeddedQueue}.
 */
@NullMarked
package dev.treadle.local;

import org.jspecify.annotations.NullMarked;
