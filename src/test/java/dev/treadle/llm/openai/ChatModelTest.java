package dev.treadle.llm.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import dev.treadle.Usage;
import dev.treadle.llm.ModelReply.Answered;
import dev.treadle.llm.ModelReply.Refused;
import dev.treadle.llm.remote.Authorization;
import dev.treadle.llm.remote.Dialect;
import dev.treadle.llm.remote.FakeProvider;
import dev.treadle.llm.remote.ModelContract;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatModelTest extends ModelContract {
  @Override
  protected String folder() {
    return "openai";
  }

  @Override
  protected Dialect dialect() {
    return new ChatDialect("some-model", Json.object().put("temperature", 0.2), "max_tokens");
  }

  @Override
  protected String path() {
    return "/v1/chat/completions";
  }

  @Override
  protected Authorization authorization(Supplier<String> key) {
    return Authorization.bearer(key);
  }

  @Override
  protected String keyHeader() {
    return "authorization";
  }

  @Override
  protected JsonNode sentBack(JsonNode requestBody) {
    return ((com.fasterxml.jackson.databind.node.ObjectNode) requestBody.at("/messages/2"))
        .without("role");
  }

  @Override
  protected JsonNode brought(JsonNode responseBody) {
    return ((com.fasterxml.jackson.databind.node.ObjectNode) responseBody.at("/choices/0/message"))
        .without("role");
  }

  @Test
  void cachedInputIsCountedWithItsOwnPrice() {
    // 21 x $5, 5,000 x $0.50 and 393 x $25 per million.
    assertThat(answered("cached.json").usage())
        .isEqualTo(new Usage(5_021, 393, 105 + 2_500 + 9_825));
  }

  @Test
  void aSpentAccountIsNoRateLimit() {
    provider.thenJson(429, Map.of(), provider.file("spent.json"));

    assertThat(((Refused) ask()).hopeless()).isTrue();
  }

  @Test
  void anErrorInsideA200IsNotAskedForAgain() {
    provider.thenError(200, "server_error", "no", Map.of());

    assertThat(((Refused) ask()).why()).endsWith("answered 200 with an error: server_error: no");
  }

  @Test
  void argumentsThatAreNotJsonAreKeptAsTextForTheExecutorToRefuse() {
    assertThat(answered("cut-call.json").answer().at("/content/1/input").asText())
        .startsWith("{\"to\":\"sales@example.com\"")
        .endsWith("The price of");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"error\": \"model is loading\"} | model is loading",
        "{\"detail\": \"Not here\"} | Not here",
        "{\"message\": \"Bad input\", \"type\": \"x\"} | Bad input",
        "{\"error\": {\"code\": 400, \"message\": \"too long\"}} | 400: too long"
      })
  void errorsOfOtherServersAreReadToo(String body, String words) {
    provider.thenJson(400, Map.of(), body);

    assertThat(((Refused) ask()).why()).endsWith("answered 400 " + words);
  }

  @Test
  void callsWithoutIdsAndWithTheWrongFinishAreCalls() {
    provider.thenJson(
        200,
        Map.of(),
        """
        {"choices": [{"finish_reason": "stop", "message": {"role": "assistant", "tool_calls": [
          {"function": {"name": "fetch_page", "arguments": ""}},
          {"function": {"name": "fetch_page", "arguments": {"url": "u"}}}]}}]}
        """);

    Answered answered = (Answered) ask();

    assertThat(answered.answer())
        .isEqualTo(
            FakeProvider.parsed(
                """
                {"content": [
                  {"type": "tool_use", "id": "call-1", "name": "fetch_page", "input": {}},
                  {"type": "tool_use", "id": "call-2", "name": "fetch_page", "input": {"url": "u"}}],
                 "stop_reason": "tool_use"}
                """));
  }
}
