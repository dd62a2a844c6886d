package dev.treadle.local;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Three short articles on the tides, under {@code /library}: something to try research on. */
public final class Library {
  private static final String PATH = "/library";

  private record Article(String title, List<String> paragraphs) {
    String html() {
      return """
      <!doctype html>
      <html lang="en">
      <head><meta charset="utf-8"><title>%s</title></head>
      <body><main><h1>%s</h1>
      <p>%s</p>
      </main></body>
      </html>
      """
          .formatted(title, title, String.join("</p>\n<p>", paragraphs));
    }
  }

  private static final Map<String, Article> ARTICLES =
      Map.of(
          "/tides",
          new Article(
              "Why the sea rises twice a day",
              List.of(
                  "The Moon pulls harder on the near side of the Earth than on the far side, and"
                      + " this difference stretches the ocean into two bulges.",
                  "As the Earth turns, most coasts pass through both bulges, so that high water"
                      + " comes about every 12 hours and 25 minutes.",
                  "The Sun raises tides too, a little less than half as high as the Moon's.")),
          "/spring-tides",
          new Article(
              "Spring tides and neap tides",
              List.of(
                  "At new moon and at full moon, Sun and Moon pull along one line, and the range"
                      + " between high and low water is largest. These are spring tides.",
                  "About a week later they pull at right angles to each other, and the range is"
                      + " smallest. These are neap tides.",
                  "The name has nothing to do with the season.")),
          "/bay-of-fundy",
          new Article(
              "The Bay of Fundy",
              List.of(
                  "At the head of the Bay of Fundy, in eastern Canada, the water can rise and fall"
                      + " by about 16 metres between low and high tide.",
                  "Water in the bay swings to and fro by itself in about 13 hours. That is close to"
                      + " the rhythm of the tide, so that each tide pushes at the right moment.")));

  private Library() {}

  /** Adds the site to a server, which may be running. */
  public static void install(HttpServer server) {
    server.createContext(PATH, Library::handle);
  }

  private static void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Article article = ARTICLES.get(exchange.getRequestURI().getPath().substring(PATH.length()));
      SiteAnswer answer =
          article == null
              ? SiteAnswer.html(404, "There is no such article here.")
              : SiteAnswer.html(200, article.html());
      answer.send(exchange);
    }
  }
}
