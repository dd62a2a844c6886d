package dev.treadle.tool;

import java.time.Duration;
import java.time.Instant;

/** What came of fetching a page. */
public sealed interface WebPage {
  /**
   * The page as the server sent it.
   *
   * @param contentType media type in lower case, without parameters
   * @param sha256 of the body's bytes, 64 lower-case hex digits
   */
  record Fetched(int status, String contentType, String text, String sha256, Instant fetchedAt)
      implements WebPage {}

  /**
   * There is no page to read.
   *
   * @param why in words, with the address
   * @param isTransient the infrastructure failed in a way that passes: timeout, connection, 429 or
   *     5xx
   * @param after how long the server asked to be left alone ({@code Retry-After}), zero if it did
   *     not say
   */
  record NotFetched(String why, boolean isTransient, Duration after) implements WebPage {}
}
