package dev.treadle.aws;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What DynamoDB counts as the size of an item: all names and values. */
final class ItemSize {
  private ItemSize() {}

  static int bytes(Map<String, AttributeValue> item) {
    int bytes = 0;
    for (Map.Entry<String, AttributeValue> attribute : item.entrySet()) {
      bytes += utf8(attribute.getKey()) + bytes(attribute.getValue());
    }
    return bytes;
  }

  private static int bytes(AttributeValue value) {
    return switch (value.type()) {
      case S -> utf8(value.s());
      case N -> number(value.n());
      case B -> value.b().asByteArrayUnsafe().length;
      case BOOL, NUL -> 1;
      case SS, NS, BS, M, L, UNKNOWN_TO_SDK_VERSION ->
          throw new IllegalArgumentException("the table holds no " + value.type());
    };
  }

  /** One byte for each two significant digits, one more, and one for the sign. */
  private static int number(String text) {
    BigDecimal value = new BigDecimal(text).stripTrailingZeros();
    if (value.signum() == 0) return 1;
    return 1 + Math.ceilDiv(value.precision(), 2) + (value.signum() < 0 ? 1 : 0);
  }

  private static int utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
