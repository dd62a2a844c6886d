package dev.treadle.web;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import dev.treadle.Violation;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a form or a JSON document of a page carries, by name.
 *
 * <p>A name that occurs twice is refused: a robot that sends every option of a choice has chosen
 * none.
 */
record Fields(Map<String, String> byName) {
  private static final int FIELDS_MAX = 200;
  static final String FORM = "application/x-www-form-urlencoded";
  static final String JSON = "application/json";
  private static final String EDIT = "edit.";

  /** The fields, or the rules that the body breaks. */
  sealed interface Parsed {}

  /** A body that could be read. */
  record Read(Fields fields) implements Parsed {}

  /** A body that could not. */
  record Unreadable(Problem problem) implements Parsed {}

  Fields {
    byName = Map.copyOf(byName);
  }

  static Parsed of(Request request) {
    return switch (request.mediaType()) {
      case FORM -> form(request.body());
      case JSON -> json(request.body());
      default ->
          new Unreadable(
              Problem.of(
                  415,
                  "MEDIA_TYPE",
                  "This cannot be read",
                  "content-type must be " + FORM + " or " + JSON + ". Nothing was recorded."));
    };
  }

  private static Parsed form(String body) {
    Map<String, String> fields = new LinkedHashMap<>();
    if (body.isEmpty()) return new Read(new Fields(fields));
    String[] pairs = body.split("&", FIELDS_MAX + 2);
    if (pairs.length > FIELDS_MAX) return tooMany();
    for (String pair : pairs) {
      String[] sides = pair.split("=", 2);
      Optional<String> name = decoded(sides[0]);
      Optional<String> value = decoded(sides.length == 2 ? sides[1] : "");
      if (name.isEmpty() || value.isEmpty()) return malformed("body must be a form");
      if (fields.put(name.get(), value.get()) != null) {
        return invalid(name.get(), "There must be one answer, and “" + name.get() + "” has two.");
      }
    }
    return new Read(new Fields(fields));
  }

  private static Parsed json(String body) {
    Map<String, String> fields = new LinkedHashMap<>();
    try {
      JsonNode tree = Json.parse(body);
      if (!tree.isObject()) return malformed("body must be a JSON object");
      if (tree.size() > FIELDS_MAX) return tooMany();
      tree.forEachEntry((name, value) -> {
        if (name.equals("edits") && value.isObject()) {
          value.forEachEntry((edited, to) -> fields.put(EDIT + edited, text(to)));
        } else {
          fields.put(name, text(value));
        }
      });
    } catch (Json.MalformedJson malformed) {
      return malformed("body must be JSON");
    }
    return new Read(new Fields(fields));
  }

  private static String text(JsonNode value) {
    return value.isTextual() ? value.textValue() : Json.write(value);
  }

  private static Optional<String> decoded(String text) {
    try {
      return Optional.of(URLDecoder.decode(text, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  private static Parsed malformed(String rule) {
    return new Unreadable(
        Problem.of(400, "MALFORMED", "This cannot be read", rule + ". Nothing was recorded."));
  }

  private static Parsed tooMany() {
    return malformed("body must have at most " + FIELDS_MAX + " fields");
  }

  private static Parsed invalid(String field, String rule) {
    return new Unreadable(
        new Problem(
            400, "INVALID", "Nothing was recorded yet", rule, List.of(new Violation(field, rule))));
  }

  String text(String name) {
    return byName.getOrDefault(name, "");
  }

  boolean isTicked(String name) {
    return !text(name).isEmpty() && !text(name).equals("false");
  }

  /** The names and texts of the values that a person may have changed. */
  Map<String, String> edits() {
    Map<String, String> edits = new LinkedHashMap<>();
    List<String> names = new ArrayList<>(byName.keySet());
    names.stream()
        .filter(name -> name.startsWith(EDIT))
        .forEach(name -> edits.put(name.substring(EDIT.length()), text(name)));
    return edits;
  }
}
