package dev.treadle.engine;

import static dev.treadle.engine.CountingModel.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import dev.treadle.Reason;
import dev.treadle.ToolOutcome;
import dev.treadle.llm.Models;
import dev.treadle.llm.ToolCallingExecutor;
import dev.treadle.llm.anthropic.MessagesDialect;
import dev.treadle.llm.remote.Authorization;
import dev.treadle.llm.remote.FakeProvider;
import dev.treadle.llm.remote.Price;
import dev.treadle.llm.remote.RemoteModel;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A task whose provider and tools repeat the key wherever they can. The key must be in the one
 * header of each request to the provider, and in nothing that is stored, queued, logged or read by
 * a model.
 */
class CanaryTest {
  private static final String CANARY = "sk-ant-api03-canary_DoNotTell-0123456789";

  @Test
  void aKeyThatEverybodyRepeatsIsInNoSink() throws IOException {
    try (FakeProvider provider = new FakeProvider("anthropic")) {
      World world = new World(_ -> Script.Move.complete());
      world.executor =
          new ToolCallingExecutor(
              new Models(
                  Map.of(
                      "default",
                      new RemoteModel(
                          new MessagesDialect("m", Json.object(), true),
                          new RemoteModel.Route(
                              URI.create(provider.url() + "/v1/messages"),
                              Authorization.header("x-api-key", () -> CANARY)),
                          new RemoteModel.Terms(new Price(1, 1, 1, 1), 200_000),
                          world))),
              1_000);
      world.deploy(world.agent);
      String message = "what are you doing with x-api-key: " + CANARY;
      provider.thenError(529, "overloaded_error", message, Map.of("request-id", CANARY));
      provider.thenError(400, "invalid_request_error", message, Map.of());
      provider.thenJson(
          200, Map.of(), says(call("a", "look", text("a")), call("b", "pay", text("b"))));
      provider.thenJson(200, Map.of("x-echo", CANARY), says(call("c", "keep", text("c"))));
      provider.thenError(401, "authentication_error", message, Map.of());
      world.outside.refuse(
          "look", ToolOutcome.failed("GET failed, sent Authorization: Bearer " + CANARY));
      world.outside.refuse(
          "keep", new ToolOutcome.Unavailable("503, token: " + CANARY, Duration.ZERO));
      world.outside.refuse("keep", ToolOutcome.failed("401 for api_key=" + CANARY));
      world.human = world::approveAll;
      List<String> queued = new ArrayList<>();
      world.play();
      queued.add(world.task().due().body());

      assertThat(world.task().outcome().reason()).isEqualTo(Reason.TOO_MANY_ERRORS);
      assertThat(provider.asked()).hasSize(5);
      assertThat(provider.asked())
          .allSatisfy(asked -> {
            assertThat(asked.headers().getFirst("x-api-key")).isEqualTo(CANARY);
            assertThat(asked.body().toString()).as("a prompt").doesNotContain("canary");
          });
      String stored = stored(world);
      assertThat(stored)
          .contains(
              "what are you doing",
              "GET failed",
              "Bearer [hidden]",
              "401 for",
              "503, token: [hidden]")
          .doesNotContain("canary");
      assertThat(queued.toString()).doesNotContain("canary");
    }
  }

  private static String stored(World world) {
    List<String> documents = new ArrayList<>();
    documents.add(Json.write(world.task()));
    documents.add(Json.write(world.table.input(World.ID).orElseThrow()));
    world.journal().forEach(item -> documents.add(Stored.text(item)));
    world.table.ledger(World.ID).forEach(row -> documents.add(Json.write(row)));
    world.table.approvals(World.ID).forEach(each -> documents.add(Json.write(each)));
    return String.join("\n", documents);
  }

  private static JsonNode text(String text) {
    return Json.object().put("text", text);
  }

  private static String says(JsonNode... blocks) {
    var answer = Json.object().put("type", "message").put("stop_reason", "tool_use");
    for (JsonNode block : blocks) answer.withArray("/content").add(block);
    answer.putObject("usage").put("input_tokens", 10).put("output_tokens", 5);
    return Json.write(answer);
  }
}
