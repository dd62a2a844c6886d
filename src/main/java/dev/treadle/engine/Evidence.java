package dev.treadle.engine;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a task read before it proposed an action: one result of a read-only call.
 *
 * @param label the tool that read it
 * @param url where it came from, when the call named an address
 * @param excerpt its beginning
 * @param digest SHA-256 of the whole
 */
public record Evidence(
    String label, @Nullable String url, Instant fetchedAt, String excerpt, String digest) {}
