package dev.treadle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;

/**
 * The canonical form of a JSON value (RFC 8785), so that equal values have equal digests whatever
 * their key order, white space, escapes or number notation.
 *
 * <p>One difference, towards safety: a whole number whose digits a double would lose is written
 * with all of them, so two large account numbers never share a digest.
 */
public final class CanonicalJson {
  private CanonicalJson() {}

  public static String of(JsonNode value) {
    StringBuilder text = new StringBuilder();
    append(value, text);
    return text.toString();
  }

  /** SHA-256 of the canonical form, 64 lower-case hex digits. */
  public static String digest(JsonNode value) {
    return sha256(of(value));
  }

  /** SHA-256 of the UTF-8 bytes, 64 lower-case hex digits. */
  public static String sha256(String text) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  private static void append(JsonNode value, StringBuilder text) {
    switch (value) {
      case ObjectNode object -> appendObject(object, text);
      case ArrayNode array -> appendArray(array, text);
      default -> {
        if (value.isTextual()) appendString(value.textValue(), text);
        else if (value.isNumber()) text.append(number(value.decimalValue()));
        else if (value.isBoolean() || value.isNull()) text.append(value.asText());
        else appendString(value.asText(), text); // Bytes, which are stored as base64.
      }
    }
  }

  private static void appendObject(ObjectNode object, StringBuilder text) {
    // Java compares strings by UTF-16 code units, the order that RFC 8785 section 3.2.3 asks for.
    TreeMap<String, JsonNode> sorted = new TreeMap<>();
    object.forEachEntry(sorted::put);
    text.append('{');
    String separator = "";
    for (var entry : sorted.entrySet()) {
      text.append(separator);
      appendString(entry.getKey(), text);
      text.append(':');
      append(entry.getValue(), text);
      separator = ",";
    }
    text.append('}');
  }

  private static void appendArray(ArrayNode array, StringBuilder text) {
    text.append('[');
    String separator = "";
    for (JsonNode element : array) {
      text.append(separator);
      append(element, text);
      separator = ",";
    }
    text.append(']');
  }

  private static void appendString(String value, StringBuilder text) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\b' -> text.append("\\b");
        case '\f' -> text.append("\\f");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          if (c < 0x20 || isAlone(value, i)) text.append(String.format("\\u%04x", (int) c));
          else text.append(c);
        }
      }
    }
    text.append('"');
  }

  /** Half a character: UTF-8 has no bytes for it, so that all such halves would look the same. */
  private static boolean isAlone(String value, int at) {
    char c = value.charAt(at);
    if (Character.isHighSurrogate(c)) {
      return at + 1 == value.length() || !Character.isLowSurrogate(value.charAt(at + 1));
    }
    return Character.isLowSurrogate(c)
        && (at == 0 || !Character.isHighSurrogate(value.charAt(at - 1)));
  }

  private static String number(BigDecimal exact) {
    if (exact.signum() == 0) return "0";
    double nearest = exact.doubleValue();
    if (Double.isInfinite(nearest) || nearest == 0) return exact.stripTrailingZeros().toString();
    boolean isWhole = exact.stripTrailingZeros().scale() <= 0;
    if (isWhole && shortest(nearest).compareTo(exact) != 0) {
      BigInteger whole = exact.toBigIntegerExact();
      return whole.toString();
    }
    if (!isWhole && exact.stripTrailingZeros().precision() > 17) {
      return exact.stripTrailingZeros().toPlainString();
    }
    return ecmaScript(nearest);
  }

  /** The fewest digits that still name the double; Java alone never gives fewer than two. */
  private static BigDecimal shortest(double value) {
    BigDecimal two = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    BigDecimal one = two.round(new MathContext(1));
    return one.doubleValue() == value ? one.stripTrailingZeros() : two;
  }

  /** ECMAScript's Number::toString, which RFC 8785 section 3.2.2.3 takes over. */
  private static String ecmaScript(double value) {
    BigDecimal shortest = shortest(value);
    String digits = shortest.unscaledValue().abs().toString();
    int pointAt = digits.length() - shortest.scale();
    String sign = value < 0 ? "-" : "";
    if (pointAt > 21 || pointAt < -5) {
      String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
      int exponent = pointAt - 1;
      return sign + digits.charAt(0) + fraction + (exponent < 0 ? "e" : "e+") + exponent;
    }
    return sign + shortest.abs().toPlainString();
  }
}
