package dev.treadle.local;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * A small shop site with three invented competitors, under {@code /shop}: something to try the
 * pricing agent on. Prices follow the day, so that some change and most stay.
 *
 * <p>The query shows how a page can go wrong: {@code ?layout=new} moves the prices out of the
 * microdata, {@code ?layout=empty} is a page without a body, {@code ?layout=down} answers 503.
 */
public final class Shop {
  private static final String PATH = "/shop";
  private static final String NEW = "layout=new";
  private static final String EMPTY = "layout=empty";
  private static final String DOWN = "layout=down";
  private final InstantSource clock;
  private final LocalDate redesignedOn;

  private Shop(InstantSource clock, LocalDate redesignedOn) {
    this.clock = clock;
    this.redesignedOn = redesignedOn;
  }

  /** Adds the site to a server, which may be running. */
  public static void install(HttpServer server, InstantSource clock) {
    installRedesigned(server, clock, LocalDate.MAX);
  }

  /**
   * Adds the site as it is when all shops move to the new layout on a day.
   *
   * @param on the first UTC day with the new layout
   */
  static void installRedesigned(HttpServer server, InstantSource clock, LocalDate on) {
    Shop shop = new Shop(clock, on);
    server.createContext(PATH, shop::handle);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      String query = Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
      if (!method.equals("GET") && !method.equals("HEAD")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        answer(exchange, 405, "");
      } else if (query.equals(DOWN)) {
        exchange.getResponseHeaders().set("Retry-After", "2");
        answer(exchange, 503, ShopHtml.message("Back soon", "The shop is being tidied up."));
      } else if (query.equals(EMPTY)) {
        answer(exchange, 200, "");
      } else {
        page(exchange, query.equals(NEW));
      }
    }
  }

  private void page(HttpExchange exchange, boolean isNewLayout) throws IOException {
    LocalDate day = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    String path = exchange.getRequestURI().getPath();
    if (path.equals(PATH) || path.equals(PATH + "/")) {
      answer(exchange, 200, ShopHtml.index());
      return;
    }
    String name = path.startsWith(PATH + "/") ? path.substring(PATH.length() + 1) : "";
    Optional<Competitor> competitor = Competitor.named(name);
    if (competitor.isPresent()) {
      answer(
          exchange,
          200,
          ShopHtml.prices(competitor.get(), day, isNewLayout || !day.isBefore(redesignedOn)));
    } else {
      answer(exchange, 404, ShopHtml.message("Not found", "There is no such shop here."));
    }
  }

  private static void answer(HttpExchange exchange, int status, String html) throws IOException {
    SiteAnswer.html(status, html).send(exchange);
  }
}
