/**
 * Measures what the README publishes: each figure beside a raw floor that the same run made on the
 * same machine. Start at {@link dev.treadle.bench.Benchmark}.
 */
@org.jspecify.annotations.NullMarked
package dev.treadle.bench;
