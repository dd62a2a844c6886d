package dev.treadle.web;

import java.util.List;
import java.util.Optional;

/**
 * A method and a path that are answered.
 *
 * @param pattern segments; {@code *} stands for any one, and the handler receives it
 */
record Route(String method, List<String> pattern, Handler handler) {
  private static final String ANY = "*";

  /** Answers a request that fits a route. */
  @FunctionalInterface
  interface Handler {
    /**
     * Answers.
     *
     * @param id what stands for the route's {@code *}, or empty
     */
    Response answer(Request request, String id);
  }

  static Route of(String method, String path, Handler handler) {
    return new Route(
        method, path.equals("/") ? List.of() : List.of(path.substring(1).split("/", -1)), handler);
  }

  Optional<String> match(SitePath path) {
    if (path.segments().size() != pattern.size()) return Optional.empty();
    String id = "";
    for (int i = 0; i < pattern.size(); i++) {
      String segment = path.segments().get(i);
      if (pattern.get(i).equals(ANY)) id = segment;
      else if (!pattern.get(i).equals(segment)) return Optional.empty();
    }
    return Optional.of(id);
  }
}
