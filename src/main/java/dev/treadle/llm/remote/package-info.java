/**
 * What all providers over HTTP have in common: one request sent once, what its failures mean, what
 * it costs.
 *
 * <p>May import the base package, {@code llm}, the JDK and Jackson; no Quarkus, since the local
 * runtime asks models too. Read {@link dev.treadle.llm.remote.RemoteModel} next; a provider is a
 * {@link dev.treadle.llm.remote.Dialect}.
 */
@NullMarked
package dev.treadle.llm.remote;

import org.jspecify.annotations.NullMarked;
