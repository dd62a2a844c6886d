package dev.treadle.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Json;
import org.junit.jupiter.api.Test;

class WebhookFileTest {
  private static WebhookFile.Reading read(String text) throws Json.MalformedJson {
    return WebhookFile.read(Json.parse(text), new Bench().agents);
  }

  @Test
  void aFileHasItsSources() throws Exception {
    var reading =
        read(
            """
            {"shop": {"scheme": "standard", "secrets": ["SHOP_SECRET", "SHOP_SECRET_NEXT"],
              "task_type": "clerk", "input": {"product": "/data/product"}, "fixed": {"copies": 1}}}
            """);

    assertThat(((WebhookFile.Valid) reading).sources())
        .singleElement()
        .satisfies(source -> {
          assertThat(source.name()).isEqualTo("shop");
          assertThat(source.scheme()).isEqualTo(WebhookScheme.STANDARD);
          assertThat(source.secrets()).containsExactly("SHOP_SECRET", "SHOP_SECRET_NEXT");
          assertThat(source.input().input(Json.parse("{\"data\":{\"product\":\"lamp\"}}")))
              .hasToString("{\"copies\":1,\"product\":\"lamp\"}");
        });
  }

  @Test
  void everyBrokenRuleIsNamedWithItsPlace() throws Exception {
    var reading =
        read(
            """
            {"A/b": {"scheme": "hmac", "secrets": [], "task_type": "nobody", "input": 1},
             "b": {"scheme": "github", "secrets": ["S"], "task_type": "clerk",
                   "input": {"product": "data.product"}},
             "c": {"scheme": "github", "secrets": ["S"], "task_type": "clerk", "input": {},
                   "fixed": []},
             "d": {"scheme": "github", "secrets": ["S"], "task_type": "clerk",
                   "input": {"product": {"pointer": "/data/product"}}},
             "e": {"scheme": "github", "secrets": ["S"], "task_type": "clerk", "input": {},
                   "inputs": {"product": "/data/product"}}}
            """);

    assertThat(((WebhookFile.Invalid) reading).violations())
        .extracting(Object::toString)
        .containsExactlyInAnyOrder(
            "/A/b must be named with 1 to 32 of a-z 0-9 -, and not start with -",
            "/A/b/scheme must be standard or github",
            "/A/b/secrets must be a list of at least one secret's name",
            "/A/b/task_type must name an agent; there are clerk, filer",
            "/A/b/input must be an object of JSON Pointers",
            "/b/input field product must be mapped from a JSON Pointer such as /order/id, was"
                + " \"data.product\"",
            "/c/fixed must be a JSON object",
            "/d/input/product must be a JSON Pointer in a text",
            "/e/inputs is not a field of a webhook's source");
  }
}
