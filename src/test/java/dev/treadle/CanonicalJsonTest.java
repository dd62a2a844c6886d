package dev.treadle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.TextNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanonicalJsonTest {
  private static String canonical(String json) throws Json.MalformedJson {
    return CanonicalJson.of(Json.parse(json));
  }

  private static String digest(String json) throws Json.MalformedJson {
    return CanonicalJson.digest(Json.parse(json));
  }

  @Test
  void theExampleOfRfc8785Section322() throws Json.MalformedJson {
    String input =
        """
        {
          "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
          "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
          "literals": [null, true, false]
        }
        """;

    assertThat(canonical(input))
        .isEqualTo(
            "{\"literals\":[null,true,false],"
                + "\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
                + "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
  }

  @Test
  void theKeyOrderOfRfc8785Section323() throws Json.MalformedJson {
    String input =
        """
        {"\\u20ac": 1, "\\r": 2, "\\ufb33": 3, "1": 4, "\\ud83d\\ude00": 5, "\\u0080": 6, "\\u00f6": 7}
        """;

    assertThat(canonical(input))
        .isEqualTo(
            "{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"\ud83d\ude00\":5,\"\ufb33\":3}");
  }

  @ParameterizedTest
  @CsvSource({
    "0000000000000000, 0",
    "8000000000000000, 0",
    "0000000000000001, 5e-324",
    "8000000000000001, -5e-324",
    "7fefffffffffffff, 1.7976931348623157e+308",
    "ffefffffffffffff, -1.7976931348623157e+308",
    "4340000000000000, 9007199254740992",
    "c340000000000000, -9007199254740992",
    "4430000000000000, 295147905179352830000",
    "44b52d02c7e14af5, 9.999999999999997e+22",
    "44b52d02c7e14af6, 1e+23",
    "44b52d02c7e14af7, 1.0000000000000001e+23",
    "444b1ae4d6e2ef4e, 999999999999999700000",
    "444b1ae4d6e2ef4f, 999999999999999900000",
    "444b1ae4d6e2ef50, 1e+21",
    "3eb0c6f7a0b5ed8c, 9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d, 0.000001",
    "41b3de4355555553, 333333333.3333332",
    "41b3de4355555554, 333333333.33333325",
    "41b3de4355555555, 333333333.3333333",
    "41b3de4355555556, 333333333.3333334",
    "41b3de4355555557, 333333333.33333343",
    "becbf647612f3696, -0.0000033333333333333333"
  })
  void theNumbersOfRfc8785AppendixB(String bits, String text) {
    double value = Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16));

    assertThat(CanonicalJson.of(DoubleNode.valueOf(value))).isEqualTo(text);
  }

  @Test
  void oneNumberHasOneDigestHoweverItIsWritten() throws Json.MalformedJson {
    assertThat(digest("{\"a\": 1}"))
        .isEqualTo(digest("{\"a\":1.0}"))
        .isEqualTo(digest("{\"a\":1e0}"))
        .isEqualTo(digest("{\"a\":10E-1}"));
    assertThat(digest("-0")).isEqualTo(digest("0")).isEqualTo(digest("0.0"));
    assertThat(digest("{\"b\":1,\"a\":\"\\u0041\"}")).isEqualTo(digest("{\"a\":\"A\", \"b\":1}"));
  }

  @ParameterizedTest
  @CsvSource({
    "9007199254740992, 9007199254740993",
    "295147905179352825856, 295147905179352830000",
    "123456789012345678, 123456789012345679",
    "0.12345678901234567890, 0.12345678901234567891",
    "1e400, 1e401",
    "1e-400, 1e-401"
  })
  void differentLargeNumbersHaveDifferentDigests(String one, String other)
      throws Json.MalformedJson {
    assertThat(digest(one)).isNotEqualTo(digest(other));
  }

  @Test
  void textThatIsNoUnicodeHasADigestOfItsOwn() {
    JsonNode high = TextNode.valueOf("\ud800");
    JsonNode low = TextNode.valueOf("\udc00");
    JsonNode mark = TextNode.valueOf("?");

    assertThat(CanonicalJson.digest(high))
        .isNotEqualTo(CanonicalJson.digest(low))
        .isNotEqualTo(CanonicalJson.digest(mark));
  }

  @Test
  void bytesInATreeAreTheirBase64Text() {
    assertThat(CanonicalJson.of(Json.tree(new byte[] {1, 2, 3}))).isEqualTo("\"AQID\"");
  }
}
