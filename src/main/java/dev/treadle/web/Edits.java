package dev.treadle.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.treadle.Json;
import dev.treadle.Violation;
import dev.treadle.engine.Approval;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a person changed in an action: the values that differ from the frozen ones, in their types.
 *
 * @param broken values that could not be read as what they replace
 */
record Edits(ObjectNode changed, List<Violation> broken) {
  /** A longer value is not put into a form: it would weigh on the page twice. */
  private static final int CHARS_MAX = 3_000;

  private static final int FIELDS_MAX = 12;
  private static final int ONE_LINE_CHARS = 120;

  static Edits of(Approval.Action action, Map<String, String> entered) {
    ObjectNode changed = Json.object();
    List<Violation> broken = new ArrayList<>();
    entered.forEach((name, text) -> {
      JsonNode old = action.arguments().path(name);
      String typed = text.replace("\r\n", "\n");
      if (shown(old).equals(typed)) return;
      try {
        changed.set(name, old.isTextual() ? TextNode.valueOf(typed) : Json.parse(typed.strip()));
      } catch (Json.MalformedJson notJson) {
        broken.add(new Violation(name, name + " must be " + kind(old) + "."));
      }
    });
    return new Edits(changed, broken);
  }

  /** The values that a form offers for change. */
  static List<Form.Editable> offered(Approval.Action action) {
    List<Form.Editable> offered = new ArrayList<>();
    action
        .arguments()
        .forEachEntry((name, value) -> {
          String shown = shown(value);
          boolean isOffered =
              !action.fixed().contains(name)
                  && shown.length() <= CHARS_MAX
                  && !shown.contains("\r")
                  && offered.size() < FIELDS_MAX;
          if (isOffered) {
            boolean isLong = shown.length() > ONE_LINE_CHARS || shown.contains("\n");
            offered.add(new Form.Editable(name, shown, isLong));
          }
        });
    return offered;
  }

  private static String shown(JsonNode value) {
    if (value.isTextual()) return value.textValue();
    return value.isContainerNode() ? Json.pretty(value) : value.asText();
  }

  private static String kind(JsonNode old) {
    if (old.isNumber()) return "a number";
    return old.isBoolean() ? "true or false" : "JSON";
  }
}
