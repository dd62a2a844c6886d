package dev.treadle.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.treadle.Json;
import dev.treadle.tool.HttpPost;
import dev.treadle.tool.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A site that publishes articles, under {@code /press}: something to try publishing on. It takes
 * each {@code Idempotency-Key} once and remembers it for ever, in one file of its folder.
 */
public final class Press {
  private static final String PATH = "/press";
  private static final Pattern KEY = Pattern.compile("[0-9a-f]{32}");
  private static final int BODY_BYTES_MAX = 256 * 1024;
  private final Path folder;

  private Press(Path folder) {
    this.folder = folder;
  }

  /** Adds the site to a server, which may be running. */
  public static void install(HttpServer server, Path folder) {
    server.createContext(PATH, new Press(folder)::handle);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      SiteAnswer answer =
          exchange.getRequestMethod().equals("POST") ? publish(exchange) : page(exchange);
      answer.send(exchange);
    }
  }

  private SiteAnswer publish(HttpExchange exchange) throws IOException {
    String key = String.valueOf(exchange.getRequestHeaders().getFirst(HttpPost.KEY_HEADER));
    if (!KEY.matcher(key).matches()) return refused("Idempotency-Key must be 32 hex digits");
    byte[] body = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX);
    try {
      JsonNode article = Json.parse(new String(body, StandardCharsets.UTF_8));
      if (article.path("title").asText().isBlank()) return refused("title must not be blank");
      return published(exchange, key, article);
    } catch (Json.MalformedJson malformed) {
      return refused("the article must be JSON: " + malformed.getMessage());
    }
  }

  private static SiteAnswer refused(String why) {
    return SiteAnswer.json(400, Json.write(Json.object().put("error", why)));
  }

  /** The file is the memory of the key: there before the answer, or there is no article. */
  private synchronized SiteAnswer published(HttpExchange exchange, String key, JsonNode article)
      throws IOException {
    Path file = folder.resolve(key + ".json");
    boolean isKnown = Files.exists(file);
    if (isKnown && !Json.read(Files.readString(file), JsonNode.class).equals(article)) {
      return SiteAnswer.json(422, "{\"error\":\"this key came with another article\"}");
    }
    if (!isKnown) WholeFile.write(file, Json.pretty(article));
    String url =
        "http://127.0.0.1:%d%s/%s".formatted(exchange.getLocalAddress().getPort(), PATH, key);
    return SiteAnswer.json(
        isKnown ? 200 : 201,
        Json.write(Json.object().put("url", url).put("title", article.path("title").asText())));
  }

  private SiteAnswer page(HttpExchange exchange) throws IOException {
    String key = exchange.getRequestURI().getPath().substring(PATH.length()).replaceFirst("^/", "");
    if (key.isEmpty()) return SiteAnswer.html(200, index());
    Path file = folder.resolve(key + ".json");
    if (!KEY.matcher(key).matches() || !Files.exists(file)) {
      return SiteAnswer.html(404, "There is no such article here.");
    }
    JsonNode article = Json.read(Files.readString(file), JsonNode.class);
    String title = escaped(article.path("title").asText());
    String body = escaped(article.path("body").asText()).replaceAll("\\R{2,}", "</p>\n<p>");
    return SiteAnswer.html(200, html(title, "<h1>%s</h1>\n<p>%s</p>".formatted(title, body)));
  }

  private String index() throws IOException {
    List<Path> articles = articles();
    StringBuilder list =
        new StringBuilder("<h1>Published: %d</h1>\n<ul>".formatted(articles.size()));
    for (Path file : articles) {
      JsonNode article = Json.read(Files.readString(file), JsonNode.class);
      String key = file.getFileName().toString().replace(".json", "");
      list.append(
          "\n<li><a href=\"%s/%s\">%s</a></li>"
              .formatted(PATH, key, escaped(article.path("title").asText())));
    }
    return html("Published", list.append("\n</ul>").toString());
  }

  private List<Path> articles() throws IOException {
    if (!Files.isDirectory(folder)) return List.of();
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
  }

  private static String html(String title, String main) {
    return """
    <!doctype html>
    <html lang="en">
    <head><meta charset="utf-8"><title>%s</title></head>
    <body><main>%s</main></body>
    </html>
    """
        .formatted(title, main);
  }

  /** An article is somebody else's text. */
  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
