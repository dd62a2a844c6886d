package dev.treadle.llm.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.Usage;
import dev.treadle.llm.remote.Authorization;
import dev.treadle.llm.remote.Dialect;
import dev.treadle.llm.remote.ModelContract;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ConverseModelTest extends ModelContract {
  @Override
  protected String folder() {
    return "bedrock";
  }

  @Override
  protected Dialect dialect() {
    ObjectNode parameters = Json.object();
    parameters.putObject("inferenceConfig").put("temperature", 0.2);
    return new ConverseDialect(parameters, true);
  }

  @Override
  protected String path() {
    return "/model/eu.anthropic.claude-opus-4-6-v1:0/converse";
  }

  /** The room aws signs with IAM; what the client must do with the headers is the same. */
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
    return requestBody.at("/messages/1/content");
  }

  @Override
  protected JsonNode brought(JsonNode responseBody) {
    return responseBody.at("/output/message/content");
  }

  @Test
  void cachedInputIsCountedWithItsOwnPrices() {
    // 21 x $5, 188,086 x $6.25, 5,000 x $0.50 and 393 x $25 per million, rounded up.
    assertThat(answered("cached.json").usage())
        .isEqualTo(new Usage(21 + 188_086 + 5_000, 393, 105 + 1_175_538 + 2_500 + 9_825));
  }

  @Test
  void withoutCachingNothingIsMarked() {
    provider.thenFile("text.json");
    model(new ConverseDialect(Json.object(), false), provider.url(), () -> CANARY)
        .ask(request(told("Hello.")));

    assertThat(provider.asked().getFirst().body().toString()).doesNotContain("cachePoint");
  }
}
