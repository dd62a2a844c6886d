package dev.treadle.local;

import dev.treadle.local.Competitor.Product;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The pages of the local shop site: one file each, nothing from elsewhere. */
final class ShopHtml {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMMM yyyy", Locale.ENGLISH);
  private static final String STYLE =
      """
      :root { color-scheme: light dark; --ink: #1d2521; --soft: #56625c; --paper: #f6f7f4;
        --card: #ffffff; --line: #dde1da; --accent: #1f6b4a; }
      @media (prefers-color-scheme: dark) {
        :root { --ink: #e8ece9; --soft: #a3aea8; --paper: #151a18; --card: #1e2522;
          --line: #323b36; --accent: #7fd0a8; }
      }
      * { box-sizing: border-box; }
      body { margin: 0; background: var(--paper); color: var(--ink);
        font: 1rem/1.5 system-ui, sans-serif; }
      header, main, footer { max-width: 64rem; margin: 0 auto; padding: 1rem; }
      header { padding-top: 2rem; }
      h1 { margin: 0; font-size: 1.75rem; line-height: 1.2; }
      h2 { margin: 0; font-size: 1.0625rem; }
      p { margin: 0.25rem 0 0; color: var(--soft); }
      a { color: var(--accent); }
      ul { display: grid; gap: 1rem; margin: 0; padding: 0; list-style: none;
        grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr)); }
      li { display: flex; flex-direction: column; background: var(--card); padding: 1rem;
        border: 1px solid var(--line); border-radius: 0.5rem; overflow-wrap: anywhere; }
      .price { margin-top: auto; padding-top: 0.75rem; color: var(--ink); font-size: 1.25rem;
        font-weight: 600; font-variant-numeric: tabular-nums; }
      .price[data-cents]::after { content: attr(data-shown); }
      footer { color: var(--soft); font-size: 0.875rem; }
      """;

  private ShopHtml() {}

  static String index() {
    StringBuilder shops = new StringBuilder();
    for (Competitor shop : Competitor.values()) {
      shops.append(
          """
          <li><h2><a href="/shop/%1$s">%2$s</a></h2><p>%3$s</p>
          <p>Try: <a href="/shop/%1$s?layout=new">new layout</a>,
          <a href="/shop/%1$s?layout=empty">empty page</a>,
          <a href="/shop/%1$s?layout=down">503</a></p></li>
          """
              .formatted(shop.path(), escaped(shop.title), escaped(shop.motto)));
    }
    return page(
        "Three shops",
        """
        <header><h1>Three shops</h1><p>Invented competitors, to try the pricing agent on.</p></header>
        <main><ul>
        %s</ul></main>\
        """
            .formatted(shops));
  }

  static String prices(Competitor shop, LocalDate day, boolean isNewLayout) {
    StringBuilder products = new StringBuilder();
    for (Product product : Competitor.PRODUCTS) {
      products.append(isNewLayout ? card(shop, product, day) : microdata(shop, product, day));
    }
    return page(
        shop.title,
        """
        <header><h1>%s</h1><p>%s. Prices of %s.</p></header>
        <main><ul>
        %s</ul></main>
        <footer>Invented for Treadle. <a href="/shop">All shops</a></footer>\
        """
            .formatted(escaped(shop.title), escaped(shop.motto), DAY.format(day), products));
  }

  static String message(String title, String text) {
    return page(
        title,
        "<header><h1>%s</h1><p>%s <a href=\"/shop\">All shops</a></p></header>"
            .formatted(escaped(title), escaped(text)));
  }

  private static String microdata(Competitor shop, Product product, LocalDate day) {
    return """
    <li itemscope itemtype="https://schema.org/Product">
    <h2 itemprop="name">%s</h2>
    <p itemprop="description">%s</p>
    <p class="price" itemprop="offers" itemscope itemtype="https://schema.org/Offer">
    <span itemprop="priceCurrency" content="EUR">€</span>
    <span itemprop="price">%s</span></p></li>
    """
        .formatted(escaped(product.name()), escaped(product.text()), shop.price(product, day));
  }

  /** What a redesign does: the page looks the same, and the prices are nowhere to be read. */
  private static String card(Competitor shop, Product product, LocalDate day) {
    String price = shop.price(product, day).toPlainString();
    return """
    <li itemscope itemtype="https://schema.org/Product">
    <h2 itemprop="name">%s</h2>
    <p itemprop="description">%s</p>
    <p class="price" data-cents="%s" data-shown="€ %s"></p></li>
    """
        .formatted(escaped(product.name()), escaped(product.text()), price.replace(".", ""), price);
  }

  private static String page(String title, String body) {
    return """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>%s</title>
    <link rel="icon" href="data:,">
    <style>
    %s</style>
    </head>
    <body>
    %s
    </body>
    </html>
    """
        .formatted(escaped(title), STYLE, body);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
