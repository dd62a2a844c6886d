package dev.treadle;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.UncheckedIOException;
import java.util.Iterator;

/**
 * How Treadle reads and writes JSON: snake_case names, ISO 8601 times, absent instead of null, and
 * ceilings against hostile documents (64 levels deep, 8 MiB long, no duplicate names).
 */
public final class Json {
  public static final int MAX_DEPTH = 64;
  public static final int MAX_DOCUMENT_CHARS = 8 * 1024 * 1024;
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxDocumentLength(MAX_DOCUMENT_CHARS)
                          .maxStringLength(MAX_DOCUMENT_CHARS)
                          .maxNumberLength(100)
                          .maxNameLength(1_000)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .addModule(new JavaTimeModule())
          .addModule(new Jdk8Module())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_ABSENT, JsonInclude.Include.NON_ABSENT))
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          // An amount of 100.0 must not come back as 1E+2, which a person would have to approve.
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private Json() {}

  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  public static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /** Turns a record, collection or value into a tree. */
  public static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  /**
   * Binds a tree to a type.
   *
   * @throws IllegalArgumentException the tree does not fit; the message names the place
   */
  public static <T> T bind(JsonNode tree, Class<T> type) {
    try {
      return MAPPER.treeToValue(tree, type);
    } catch (JsonProcessingException misfit) {
      throw new IllegalArgumentException(
          type.getSimpleName() + ": " + misfit.getOriginalMessage(), misfit);
    }
  }

  /**
   * Parses a document.
   *
   * @throws MalformedJson the text is not JSON, or passes a ceiling
   */
  public static JsonNode parse(String text) throws MalformedJson {
    try {
      JsonNode tree = MAPPER.readTree(text);
      if (tree.isMissingNode()) throw new MalformedJson("there is no value");
      return tree;
    } catch (JsonProcessingException malformed) {
      throw new MalformedJson(malformed.getOriginalMessage());
    }
  }

  /** Parses what Treadle itself wrote; anything unreadable there is a bug. */
  public static <T> T read(String stored, Class<T> type) {
    try {
      return MAPPER.readValue(stored, type);
    } catch (JsonProcessingException corrupt) {
      throw new UncheckedIOException("stored " + type.getSimpleName() + " is unreadable", corrupt);
    }
  }

  public static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException bug) {
      throw new UncheckedIOException("cannot write " + value.getClass().getSimpleName(), bug);
    }
  }

  /** About how long a tree is as a document, without writing it. */
  public static int chars(JsonNode tree) {
    if (tree.isTextual()) return tree.textValue().length() + 3;
    int chars = 6;
    for (JsonNode child : tree) chars += chars(child);
    for (Iterator<String> names = tree.fieldNames(); names.hasNext(); ) {
      chars += names.next().length() + 3;
    }
    return chars;
  }

  public static String pretty(Object value) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value);
    } catch (JsonProcessingException bug) {
      throw new UncheckedIOException("cannot write " + value.getClass().getSimpleName(), bug);
    }
  }

  /**
   * Applies a JSON Merge Patch (RFC 7396) and returns a new tree: null removes, objects merge,
   * anything else replaces.
   */
  public static ObjectNode mergePatch(ObjectNode target, ObjectNode patch) {
    ObjectNode merged = target.deepCopy();
    patch.forEachEntry((name, change) -> {
      if (change.isNull()) {
        merged.remove(name);
      } else if (change instanceof ObjectNode nested) {
        ObjectNode inner = merged.get(name) instanceof ObjectNode old ? old : object();
        merged.set(name, mergePatch(inner, nested));
      } else {
        merged.set(name, change.deepCopy());
      }
    });
    return merged;
  }

  /** A text that is not JSON, or passes one of the ceilings. */
  public static final class MalformedJson extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedJson(String message) {
      super(message);
    }
  }
}
