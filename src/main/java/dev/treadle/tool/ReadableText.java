package dev.treadle.tool;

import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeVisitor;

/**
 * A page of HTML as the text that a person would see: blocks on lines of their own, cells apart,
 * links with their addresses. Scripts, styles, comments and what the page hides are left out, since
 * nobody would notice instructions there.
 *
 * @param title empty when the page has none
 */
record ReadableText(String title, String text) {
  private static final String UNSEEN =
      "script, style, noscript, template, head, svg, iframe, object, [hidden], [aria-hidden=true],"
          + " [style~=(?i)(display\\s*:\\s*none|visibility\\s*:\\s*hidden|font-size\\s*:\\s*0)]";
  private static final Set<String> CELLS = Set.of("td", "th");

  /** Blocks to HTML, but parts of a row or a list to a reader. */
  private static final Set<String> IN_LINES = Set.of("td", "th", "li");

  static ReadableText of(String html, String address) {
    Document page = Jsoup.parse(html, address);
    String title = page.title().strip();
    page.select(UNSEEN).remove();
    StringBuilder text = new StringBuilder();
    page.traverse(new Writer(text));
    String tidy =
        text.toString()
            .replaceAll("[\\t\\x0B\\f\\r \\u00a0]+", " ")
            .replaceAll(" ?\\n ?", "\n")
            .replaceAll("\\n{3,}", "\n\n")
            .strip();
    return new ReadableText(title, tidy);
  }

  private record Writer(StringBuilder text) implements NodeVisitor {
    @Override
    public void head(Node node, int depth) {
      if (node instanceof TextNode words) text.append(words.text());
      if (!(node instanceof Element element)) return;
      if (isApart(element) || Set.of("br", "li").contains(element.normalName())) text.append('\n');
      if (element.normalName().equals("li")) text.append("- ");
    }

    @Override
    public void tail(Node node, int depth) {
      if (!(node instanceof Element element)) return;
      if (CELLS.contains(element.normalName())) text.append(" | ");
      String address = element.normalName().equals("a") ? element.absUrl("href") : "";
      if (!address.isEmpty()) text.append(" (").append(address).append(')');
      if (isApart(element)) text.append('\n');
    }

    private static boolean isApart(Element element) {
      return element.isBlock() && !IN_LINES.contains(element.normalName());
    }
  }
}
