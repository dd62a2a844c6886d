package dev.treadle.llm.scripted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A place in a scenario that knows its pointer; what is wrong there goes to the list of all.
 *
 * @param broken shared by all places of a scenario
 */
record Place(String pointer, JsonNode value, List<Violation> broken) {
  void breaks(String below, String rule) {
    String at = pointer + below;
    broken.add(new Violation(at.isEmpty() ? "(the whole scenario)" : at, rule));
  }

  boolean has(String field) {
    return value.has(field);
  }

  void allowOnly(Set<String> fields) {
    if (!value.isObject()) breaks("", "must be an object");
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      if (!fields.contains(field.getKey())) breaks("/" + field.getKey(), "is not known");
    }
  }

  Place child(String field) {
    return new Place(pointer + "/" + field, value.path(field), broken);
  }

  List<Place> elements(String field) {
    JsonNode array = value.path(field);
    if (!array.isArray()) breaks("/" + field, "must be an array");
    List<Place> places = new ArrayList<>();
    for (JsonNode element : array) {
      places.add(new Place("%s/%s/%d".formatted(pointer, field, places.size()), element, broken));
    }
    return places;
  }

  Optional<String> text(String field) {
    if (!has(field)) return Optional.empty();
    if (value.path(field).isTextual()) return Optional.of(value.path(field).textValue());
    breaks("/" + field, "must be a string");
    return Optional.empty();
  }

  long number(String field, long least, long most, long absent) {
    if (!has(field)) return absent;
    JsonNode number = value.path(field);
    boolean isWhole = number.isIntegralNumber() && number.canConvertToLong();
    if (isWhole && number.longValue() >= least && number.longValue() <= most) {
      return number.longValue();
    }
    breaks("/" + field, "must be a whole number from %d to %d".formatted(least, most));
    return absent;
  }

  JsonNode fraction(String field) {
    JsonNode number = value.path(field);
    if (!number.isNumber() || number.doubleValue() < 0 || number.doubleValue() > 1) {
      breaks("/" + field, "must be a number from 0 to 1");
    }
    return number;
  }

  /** An object whose strings may hold references; an empty one when it is absent. */
  ObjectNode object(String field, boolean hasItem) {
    if (!has(field)) return Json.object();
    if (value.path(field) instanceof ObjectNode object) {
      checkReferences("/" + field, object, hasItem);
      return object;
    }
    breaks("/" + field, "must be an object");
    return Json.object();
  }

  private void checkReferences(String below, JsonNode tree, boolean hasItem) {
    if (tree.isTextual()) checkText(below, tree.textValue(), hasItem);
    for (Map.Entry<String, JsonNode> field : tree.properties()) {
      checkReferences(below + "/" + field.getKey(), field.getValue(), hasItem);
    }
    if (!tree.isArray()) return;
    for (int i = 0; i < tree.size(); i++) checkReferences(below + "/" + i, tree.get(i), hasItem);
  }

  void checkText(String below, String text, boolean hasItem) {
    try {
      for (Reference reference : Reference.allIn(text)) {
        if (reference.kind() == Reference.Kind.ITEM && !hasItem) {
          breaks(below, reference.written() + " must stand in the calls of a for_each");
        }
      }
    } catch (IllegalArgumentException illegal) {
      breaks(below, String.valueOf(illegal.getMessage()));
    }
  }
}
