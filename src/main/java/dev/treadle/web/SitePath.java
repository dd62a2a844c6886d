package dev.treadle.web;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The path of a request, in the one spelling that is served.
 *
 * <p>Nothing is decoded, folded or repaired: a path that two programs could read in two ways is no
 * path of ours, so that what an access rule in front of us saw is what we serve.
 */
record SitePath(List<String> segments) {
  private static final int CHARS_MAX = 512;
  private static final Pattern SEGMENT =
      Pattern.compile("[A-Za-z0-9_:-](?:[A-Za-z0-9_.:-]*[A-Za-z0-9_:-])?");

  static Optional<SitePath> of(String raw) {
    if (raw.equals("/")) return Optional.of(new SitePath(List.of()));
    if (raw.length() > CHARS_MAX || !raw.startsWith("/")) return Optional.empty();
    List<String> segments = List.of(raw.substring(1).split("/", -1));
    return segments.stream().allMatch(SEGMENT.asMatchPredicate())
        ? Optional.of(new SitePath(segments))
        : Optional.empty();
  }
}
