package dev.treadle.web;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.Violation;
import java.util.List;

/**
 * Why a request was not done, as RFC 9457 wants it said.
 *
 * @param code for programs; never changes its meaning
 * @param detail for people: what happened, and what to do
 * @param violations the fields that break a rule
 */
record Problem(int status, String code, String title, String detail, List<Violation> violations) {
  Problem {
    violations = List.copyOf(violations);
  }

  static Problem of(int status, String code, String title, String detail) {
    return new Problem(status, code, title, detail, List.of());
  }

  ObjectNode document() {
    ObjectNode document = Json.object();
    document.put("type", "about:blank").put("title", title).put("status", status);
    document.put("detail", detail).put("code", code);
    if (!violations.isEmpty()) {
      ArrayNode errors = document.putArray("errors");
      for (Violation violation : violations) {
        errors.addObject().put("field", violation.field()).put("rule", violation.rule());
      }
    }
    return document;
  }

  Response response() {
    return response(document());
  }

  /** With more members, which the caller added to {@link #document}. */
  Response response(ObjectNode extended) {
    return Response.of(status, "application/problem+json", Json.write(extended));
  }
}
