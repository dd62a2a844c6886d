package dev.treadle;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A part of what an approver is shown of an action, made by the tool from the exact arguments.
 *
 * @param label what it shows, as in "Body"
 * @param content by kind: a text; {@code {before, after}}; {@code {columns, rows}}; any value; a
 *     text that is an address; {@code {amount, currency}}, the amount as a decimal text
 */
public record Preview(Kind kind, String label, JsonNode content) {
  private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");

  /** How it is to be shown. */
  public enum Kind {
    TEXT,
    DIFF,
    TABLE,
    JSON,
    LINK,
    AMOUNT
  }

  public static Preview text(String label, String text) {
    return new Preview(Kind.TEXT, label, Json.tree(text));
  }

  public static Preview diff(String label, String before, String after) {
    return new Preview(Kind.DIFF, label, Json.object().put("before", before).put("after", after));
  }

  public static Preview table(String label, List<String> columns, List<List<String>> rows) {
    var content = Json.object();
    content.set("columns", Json.tree(columns));
    content.set("rows", Json.tree(rows));
    return new Preview(Kind.TABLE, label, content);
  }

  public static Preview json(String label, JsonNode value) {
    return new Preview(Kind.JSON, label, value);
  }

  /**
   * An amount of money, shown to its last digit and never in the currency of the reader.
   *
   * @param currency three letters of ISO 4217, as in {@code EUR}
   */
  public static Preview amount(String label, BigDecimal amount, String currency) {
    if (!CURRENCY.matcher(currency).matches()) {
      throw new IllegalArgumentException(
          "currency must be three letters as in EUR, was \"" + currency + '"');
    }
    var content = Json.object().put("amount", amount.toPlainString()).put("currency", currency);
    return new Preview(Kind.AMOUNT, label, content);
  }

  /** An address that is shown as text, and never loaded. */
  public static Preview link(String label, String url) {
    return new Preview(Kind.LINK, label, Json.tree(url));
  }
}
