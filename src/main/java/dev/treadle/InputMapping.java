package dev.treadle;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How an event becomes an agent's input, as data: each field of the input by a JSON Pointer (RFC
 * 6901) into the event.
 *
 * <p>A pointer that finds nothing leaves its field out; the agent's input schema says whether it
 * may be.
 *
 * @param fields pointers by the input's field
 * @param fixed fields that are the same for every event
 */
public record InputMapping(SortedMap<String, String> fields, ObjectNode fixed) {
  public InputMapping {
    fields = Collections.unmodifiableSortedMap(new TreeMap<>(fields));
    fixed = fixed.deepCopy();
    for (Map.Entry<String, String> field : fields.entrySet()) {
      demandPointer(field.getKey(), field.getValue());
      if (fixed.has(field.getKey())) {
        throw new IllegalArgumentException(
            "field %s must be mapped or fixed, not both".formatted(field.getKey()));
      }
    }
  }

  public static InputMapping of(Map<String, String> fields) {
    return new InputMapping(new TreeMap<>(fields), Json.object());
  }

  public ObjectNode input(JsonNode event) {
    ObjectNode input = fixed.deepCopy();
    fields.forEach((field, pointer) -> {
      JsonNode found = event.at(pointer);
      if (!found.isMissingNode()) input.set(field, found.deepCopy());
    });
    return input;
  }

  private static void demandPointer(String field, String pointer) {
    try {
      JsonPointer.compile(pointer);
    } catch (IllegalArgumentException notPointer) {
      throw new IllegalArgumentException(
          "field %s must be mapped from a JSON Pointer such as /order/id, was \"%s\""
              .formatted(field, pointer),
          notPointer);
    }
  }
}
