package dev.treadle.drift;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.CanonicalJson;
import dev.treadle.Fingerprint.Field;
import dev.treadle.Noise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes a document apart into fields, so that one which went empty can be named. The elements of a
 * list share their fields; a text of several lines has the lines {@code Label: value} as fields.
 */
final class Fields {
  /** A fingerprint stays a few kilobytes; the digest of the whole misses nothing. */
  private static final int FIELDS_MAX = 60;

  private static final int SAMPLE_CHARS_MAX = 80;
  private static final Pattern LABELLED =
      Pattern.compile(
          "^[ \\t*-]*(\\p{L}[\\p{L}\\p{N} _/-]{0,39}):(?:[ \\t]+(.*))?$", Pattern.MULTILINE);

  private final Noise.Filter noise;
  private final Map<String, Found> found = new TreeMap<>();
  private final StringBuilder whole = new StringBuilder();
  private int items;

  private Fields(Noise.Filter noise) {
    this.noise = noise;
  }

  private static final class Found {
    final StringBuilder values = new StringBuilder();
    int filled;
    int total;
    String sample = "";
  }

  static Fields of(JsonNode document, Noise.Filter noise) {
    Fields fields = new Fields(noise);
    fields.walk("", document);
    return fields;
  }

  /** Everything in the document without its noise, as one text. */
  String text() {
    return whole.toString();
  }

  int items() {
    return items;
  }

  /** The first fields in the order of their paths. */
  List<Field> list() {
    List<Field> list = new ArrayList<>();
    found.forEach((path, field) -> {
      if (list.size() < FIELDS_MAX) {
        String digest = CanonicalJson.sha256(field.values.toString()).substring(0, 16);
        list.add(new Field(path, digest, field.filled, field.total, field.sample));
      }
    });
    return list;
  }

  private void walk(String path, JsonNode node) {
    if (node.isObject()) {
      // Sorted: two documents that differ in the order of their names are the same.
      Map<String, JsonNode> children = new TreeMap<>();
      node.forEachEntry(children::put);
      children.forEach((name, child) -> {
        if (!noise.isNoise(name)) walk(path.isEmpty() ? name : path + "." + name, child);
      });
    } else if (node.isArray()) {
      items += node.size();
      add(path, node.isEmpty() ? "" : "[]");
      node.forEach(element -> walk(path + "[]", element));
    } else if (node.isTextual()) {
      add(path, node.textValue());
      if (node.textValue().indexOf('\n') >= 0) lines(path, node.textValue());
    } else {
      add(path, node.isNull() ? "" : node.asText());
    }
  }

  private void add(String path, String value) {
    String quiet = noise.quiet(value);
    note(path, value, quiet);
    whole.append(path).append('\u0001').append(quiet).append('\n');
  }

  private void lines(String path, String text) {
    Matcher line = LABELLED.matcher(text);
    while (line.find()) {
      String value = line.group(2) == null ? "" : line.group(2);
      note(path + "/" + line.group(1).strip(), value, noise.quiet(value));
    }
  }

  private void note(String path, String value, String quiet) {
    Found field = found.computeIfAbsent(path, _ -> new Found());
    field.total++;
    field.values.append(quiet).append('\n');
    if (value.isBlank()) return;
    if (field.filled++ == 0) field.sample = sample(value);
  }

  private static String sample(String value) {
    String line = value.strip().replaceAll("[\\s\\p{Cc}\\p{Cs}]+", " ");
    return line.length() <= SAMPLE_CHARS_MAX
        ? line
        : line.substring(0, SAMPLE_CHARS_MAX) + "\u2026";
  }
}
