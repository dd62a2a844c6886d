package dev.treadle.llm.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.llm.Message;
import dev.treadle.llm.ModelRequest;
import java.util.HashSet;
import java.util.Set;

/**
 * Gives calls an id where a server gave none, or one that it gave before: small servers count from
 * zero in each answer.
 */
final class CallIds {
  private final Set<String> taken = new HashSet<>();

  private CallIds(ModelRequest request) {
    for (Message message : request.messages()) {
      switch (message) {
        case Message.FromModel(var content) -> content.forEach(this::take);
        case Message.ToModel _ -> {}
      }
    }
  }

  /** Changes the answer where it must be changed. */
  static void complete(ObjectNode answer, ModelRequest request) {
    CallIds ids = new CallIds(request);
    for (JsonNode block : answer.path("content")) {
      if (isCall(block) && block instanceof ObjectNode call) ids.give(call);
    }
  }

  private void take(JsonNode block) {
    if (isCall(block)) taken.add(block.path("id").asText());
  }

  private void give(ObjectNode call) {
    String id = call.path("id").asText("");
    if (id.isBlank() || taken.contains(id)) {
      int number = taken.size() + 1;
      while (taken.contains("call-" + number)) number++;
      call.put("id", "call-" + number);
    }
    take(call);
  }

  private static boolean isCall(JsonNode block) {
    return block.path("type").asText().equals("tool_use");
  }
}
