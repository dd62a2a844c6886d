package dev.treadle.llm.scripted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.treadle.Reserve;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScenarioTest {
  static Scenario scenario(String text) {
    return Scenario.parse(text.replace('\'', '"'));
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{|the scenario is not JSON",
        "{'name': 'a', 'name': 'b'}|the scenario is not JSON: Duplicate field 'name'",
        "[]|(the whole scenario) must be an object",
        "{'answers': [{'text': 'x'}]}|/name must be there and not blank",
        "{'name': ' ', 'answers': [{'text': 'x'}]}|/name must be there and not blank",
        "{'name': 7, 'answers': [{'text': 'x'}]}|/name must be a string",
        "{'name': 'a', 'mood': 1, 'answers': [{'text': 'x'}]}|/mood is not known",
        "{'name': 'a'}|/answers must be an array",
        "{'name': 'a', 'answers': []}|/answers must hold at least one answer",
        "{'name': 'a', 'answers': ['x']}|/answers/0 must be an object",
        "{'name': 'a', 'answers': [{}]}|/answers/0 must have a text, calls or a report",
        "{'name': 'a', 'answers': [{'text': 'x', 'tone': 1}]}|/answers/0/tone is not known",
        "{'name': 'a', 'answers': [{'text': 7}]}|/answers/0/text must be a string",
        "{'name': 'a', 'answers': [{'calls': 7}]}|/answers/0/calls must be an array",
        "{'name': 'a', 'answers': [{'calls': [7]}]}|/answers/0/calls/0 must be an object",
        "{'name': 'a', 'answers': [{'calls': [{}]}]}|/answers/0/calls/0/tool must be there",
        "{'name': 'a', 'answers': [{'calls': [{'tool': 't', 'args': {}}]}]}|/args is not known",
        "{'name': 'a', 'answers': [{'calls': [{'tool': 't', 'arguments': []}]}]}|/arguments must be an object",
        "{'name': 'a', 'answers': [{'text': 'x', 'confidence': 2}]}|/confidence must be a number from 0 to 1",
        "{'name': 'a', 'answers': [{'text': 'x', 'confidence': '1'}]}|/confidence must be a number",
        "{'name': 'a', 'answers': [{'state_mutations': [1]}]}|/state_mutations must be an object",
        "{'name': 'a', 'answers': [{'text': 'x', 'repeat': 0}]}|/repeat must be a whole number from 1 to 1000",
        "{'name': 'a', 'answers': [{'text': 'x', 'repeat': 1.5}]}|/repeat must be a whole number",
        "{'name': 'a', 'answers': [{'text': 'x', 'usage': {'tokens': 1}}]}|/answers/0/usage/tokens is not known",
        "{'name': 'a', 'answers': [{'text': 'x', 'usage': {'input_tokens': -1}}]}|/input_tokens must be a whole",
        "{'name': 'a', 'answers': [{'text': 'x', 'usage': 3}]}|/usage must be an object",
        "{'name': 'a', 'answers': [{'text': '${unknown}'}]}|/answers/0/text ${unknown} must begin with",
        "{'name': 'a', 'answers': [{'text': '${result}'}]}|${result} must name a tool",
        "{'name': 'a', 'answers': [{'text': '${input:shops}'}]}|${input:shops} must have a JSON Pointer",
        "{'name': 'a', 'answers': [{'text': '${item:/a}'}]}|${item:/a} must stand in the calls of a for_each",
        "{'name': 'a', 'answers': [{'calls': [{'tool': 't', 'arguments': {'x': ['${oh}']}}]}]}|/calls/0/arguments/x/0 ${oh}",
        "{'name': 'a', 'answers': [{'for_each': '${input:/a}'}]}|/answers/0/calls must be there",
        "{'name': 'a', 'answers': [{'for_each': 'shops', 'calls': [{'tool': 't'}]}]}|/for_each must be one reference",
        "{'name': 'a', 'answers': [{'fault': 'boom'}]}|/answers/0/fault must be unavailable, refused or hopeless",
        "{'name': 'a', 'answers': [{'fault': 'refused', 'text': 'x'}]}|/answers/0/text is not known",
        "{'name': 'a', 'answers': [{'fault': 'refused', 'times': 0}]}|/times must be a whole number from 1",
        "{'name': 'a', 'answers': [{'text': 'x', 'when': {'tool': 't'}}]}|/when/result must be failed or succeeded",
        "{'name': 'a', 'answers': [{'text': 'x', 'when': {'result': 'failed'}}]}|/when/tool must be there",
        "{'name': 'a', 'reserve': {'cost_micros': 1}, 'answers': [{'text': 'x', 'usage': {'cost_micros': 2}}]}|/reserve/cost_micros must be a whole number from 2",
      })
  void aBrokenScenarioNamesThePlaceAndTheRule(String document, String rule) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> scenario(document))
        .withMessageContaining(rule);
  }

  @Test
  void everyBrokenRuleIsNamedAtOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> scenario("{'answers': [{'text': 7}, {'repeat': 0, 'text': 'x'}]}"))
        .withMessageContaining("/name")
        .withMessageContaining("/answers/0/text")
        .withMessageContaining("/answers/1/repeat");
  }

  @Test
  void theReserveIsTheMostThatAnAnswerUsesUnlessGiven() {
    String answers =
        Stream.of(
                "{'text': 'a', 'usage': {'input_tokens': 10, 'output_tokens': 5, 'cost_micros': 1}}",
                "{'text': 'b', 'usage': {'input_tokens': 1, 'cost_micros': 9}}")
            .reduce((a, b) -> a + "," + b)
            .orElseThrow();

    assertThat(scenario("{'name': 'a', 'answers': [" + answers + "]}").reserve())
        .isEqualTo(new Reserve(9, 15));
    assertThat(
            scenario(
                    "{'name': 'a', 'reserve': {'cost_micros': 20, 'tokens': 30}, 'answers': ["
                        + answers
                        + "]}")
                .reserve())
        .isEqualTo(new Reserve(20, 30));
  }
}
