package dev.treadle;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Which arguments of a tool say where it reaches - a recipient, an address, an amount, an account -
 * and which values of theirs nobody outside chose.
 *
 * @param arguments top-level names; empty for a tool that says nothing about them
 * @param trusted values that the author allows or that came with the task's trusted input
 * @param origins such as {@code https://example.com}: every address below them is trusted
 */
public record Outward(Set<String> arguments, Set<String> trusted, Set<String> origins) {
  public static final Outward UNSAID = new Outward(Set.of(), Set.of(), Set.of());

  public Outward {
    arguments = Set.copyOf(arguments);
    trusted = Set.copyOf(trusted);
    origins = Set.copyOf(origins);
  }

  public static Outward by(String... arguments) {
    return new Outward(Set.of(arguments), Set.of(), Set.of());
  }

  /** The same arguments, with values or origins that the author allows. */
  public Outward allowing(String... valuesOrOrigins) {
    Set<String> values = new HashSet<>(trusted);
    Set<String> places = new HashSet<>(origins);
    for (String each : valuesOrOrigins) {
      values.add("s:" + each);
      if (each.equals(originOf(each))) places.add(each);
    }
    return new Outward(arguments, values, places);
  }

  /** The same arguments, with every value that stands anywhere in an input that is trusted. */
  public Outward trusting(JsonNode input) {
    if (arguments.isEmpty()) return this;
    Set<String> values = new HashSet<>(trusted);
    collect(input, values);
    return new Outward(arguments, values, origins);
  }

  private static void collect(JsonNode node, Set<String> values) {
    if (node.isValueNode()) values.add(value(node));
    else node.forEach(each -> collect(each, values));
  }

  /** Whether the tool says where it reaches, and each value of that is trusted. */
  public boolean isTrusted(JsonNode given) {
    boolean said = false;
    for (String argument : arguments) {
      JsonNode value = given.path(argument);
      if (value.isMissingNode() || value.isNull()) continue;
      said = true;
      if (!isEachTrusted(value)) return false;
    }
    return said;
  }

  private boolean isEachTrusted(JsonNode value) {
    if (value.isValueNode()) {
      return trusted.contains(value(value))
          || (value.isTextual() && origins.contains(originOf(value.textValue())));
    }
    for (JsonNode each : value) if (!isEachTrusted(each)) return false;
    return !value.isEmpty();
  }

  /** Exactly what was written: another case, blank or letter that looks alike is another value. */
  private static String value(JsonNode node) {
    return node.isNumber()
        ? "n:" + node.decimalValue().stripTrailingZeros().toPlainString()
        : "s:" + node.asText();
  }

  /** Scheme, host and port as written; nothing for what holds a user name or is no address. */
  private static String originOf(String text) {
    try {
      URI address = new URI(text);
      if (address.getScheme() == null || address.getHost() == null) return "";
      if (address.getRawUserInfo() != null) return "";
      String port = address.getPort() < 0 ? "" : ":" + address.getPort();
      return address.getScheme().toLowerCase(Locale.ROOT)
          + "://"
          + address.getHost().toLowerCase(Locale.ROOT)
          + port;
    } catch (URISyntaxException malformed) {
      return "";
    }
  }
}
