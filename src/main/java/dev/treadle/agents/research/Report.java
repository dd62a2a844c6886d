package dev.treadle.agents.research;

import java.util.List;

/** A question, and claims that answer it. */
public record Report(String question, List<Claim> claims) {
  public Report {
    claims = List.copyOf(claims);
  }

  /** The report as Markdown, each claim above the words that it rests on. */
  String markdown() {
    StringBuilder text = new StringBuilder("# ").append(line(question)).append('\n');
    for (Claim claim : claims) {
      text.append('\n').append(line(claim.text())).append("\n\n");
      text.append("> ").append(line(claim.quote())).append("\n>\n");
      text.append("> ").append(line(claim.url())).append('\n');
    }
    return text.toString();
  }

  /** One line: a break inside would end the quotation. */
  private static String line(String text) {
    return QuoteCheck.folded(text);
  }
}
