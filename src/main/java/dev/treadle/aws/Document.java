package dev.treadle.aws;

import dev.treadle.TaskId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A JSON document as one or more items: readable text when it is short, compressed when it is not,
 * and in numbered parts when even that passes one item.
 *
 * <p>The first item has the document's own sort key and says how many parts there are; the others
 * follow it directly in the order of sort keys.
 */
final class Document {
  /** Below this, two more write units cost less than text that nobody can read in the console. */
  private static final int TEXT_BYTES_MAX = 8 * 1024;

  /** DynamoDB takes 400 KB an item; the rest is room for keys and our own attributes. */
  private static final int PART_BYTES_MAX = 300 * 1024;

  private static final String TEXT = "doc";
  private static final String GZIP = "gz";
  private static final String PARTS = "parts";
  private static final String PART = "part";

  private Document() {}

  /**
   * The items of a document, the one with the sort key itself first.
   *
   * @param extra attributes of the first item
   */
  static List<Map<String, AttributeValue>> items(
      TaskId id, String sortKey, String text, Map<String, AttributeValue> extra) {
    return items(TableKeys.of(id, sortKey), text, extra);
  }

  private static List<Map<String, AttributeValue>> items(
      Map<String, AttributeValue> key, String text, Map<String, AttributeValue> extra) {
    Map<String, AttributeValue> first = new HashMap<>(key);
    first.putAll(extra);
    List<Map<String, AttributeValue>> items = new ArrayList<>(List.of(first));
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (utf8.length <= TEXT_BYTES_MAX) {
      first.put(TEXT, Attributes.text(text));
      return items;
    }
    byte[] packed = gzip(utf8);
    first.put(GZIP, Attributes.bytes(part(packed, 0)));
    int parts = Math.ceilDiv(packed.length, PART_BYTES_MAX);
    if (parts > 1) first.put(PARTS, Attributes.number(parts));
    for (int number = 1; number < parts; number++) {
      Map<String, AttributeValue> next = new HashMap<>(key);
      String sortKey = Attributes.textOf(key, TableKeys.SK);
      next.put(TableKeys.SK, Attributes.text("%s#P%03d".formatted(sortKey, number)));
      next.put(PART, Attributes.number(number));
      next.put(GZIP, Attributes.bytes(part(packed, number)));
      items.add(next);
    }
    return items;
  }

  /**
   * A document that is replaced as a whole, and so must stay one item.
   *
   * @throws IllegalStateException it does not fit, and nothing was written
   */
  static Map<String, AttributeValue> item(
      TaskId id, String sortKey, String text, Map<String, AttributeValue> extra) {
    return one(TableKeys.of(id, sortKey), text, extra);
  }

  /** The same for a document that belongs to no task. */
  static Map<String, AttributeValue> item(Map<String, AttributeValue> key, String text) {
    return one(key, text, Map.of());
  }

  private static Map<String, AttributeValue> one(
      Map<String, AttributeValue> key, String text, Map<String, AttributeValue> extra) {
    List<Map<String, AttributeValue>> items = items(key, text, extra);
    if (items.size() == 1) return items.getFirst();
    throw new IllegalStateException(
        "%s: %s has %d characters and does not fit into one item of the table"
            .formatted(
                Attributes.textOf(key, TableKeys.PK),
                Attributes.textOf(key, TableKeys.SK),
                text.length()));
  }

  /** Puts parts back together: one list of items for each document, in order. */
  static List<List<Map<String, AttributeValue>>> grouped(List<Map<String, AttributeValue>> items) {
    List<List<Map<String, AttributeValue>>> documents = new ArrayList<>();
    for (Map<String, AttributeValue> item : items) {
      if (item.get(PART) == null) documents.add(new ArrayList<>());
      // Parts without their beginning are what a reader sees that starts behind it.
      if (!documents.isEmpty()) documents.getLast().add(item);
    }
    return documents;
  }

  /** The text of a document from all its items. */
  static String text(List<Map<String, AttributeValue>> items) {
    Map<String, AttributeValue> first = items.getFirst();
    AttributeValue plain = first.get(TEXT);
    if (plain != null) return plain.s();
    AttributeValue parts = first.get(PARTS);
    int expected = parts == null ? 1 : Integer.parseInt(parts.n());
    if (items.size() != expected) {
      throw new IllegalStateException(
          "%s %s has %d of %d parts"
              .formatted(
                  Attributes.textOf(first, TableKeys.PK),
                  Attributes.textOf(first, TableKeys.SK),
                  items.size(),
                  expected));
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    for (Map<String, AttributeValue> item : items) {
      AttributeValue bytes = item.get(GZIP);
      if (bytes != null) packed.writeBytes(bytes.b().asByteArrayUnsafe());
    }
    return new String(gunzip(packed.toByteArray()), StandardCharsets.UTF_8);
  }

  private static byte[] part(byte[] packed, int number) {
    int from = number * PART_BYTES_MAX;
    return Arrays.copyOfRange(packed, from, Math.min(packed.length, from + PART_BYTES_MAX));
  }

  private static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(plain);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return packed.toByteArray();
  }

  private static byte[] gunzip(byte[] packed) {
    try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return gzip.readAllBytes();
    } catch (IOException corrupt) {
      throw new UncheckedIOException("a compressed document is unreadable", corrupt);
    }
  }
}
