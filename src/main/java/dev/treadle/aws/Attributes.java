package dev.treadle.aws;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** DynamoDB's values, and how they hold ours. */
final class Attributes {
  private static final BigInteger NANOS_PER_SECOND = BigInteger.valueOf(1_000_000_000);

  private Attributes() {}

  static AttributeValue text(String value) {
    return AttributeValue.fromS(value);
  }

  static AttributeValue number(long value) {
    return AttributeValue.fromN(Long.toString(value));
  }

  /**
   * Milliseconds since 1970, with a fraction only if the instant has one: conditions compare it.
   */
  static AttributeValue time(Instant value) {
    BigInteger nanos =
        BigInteger.valueOf(value.getEpochSecond())
            .multiply(NANOS_PER_SECOND)
            .add(BigInteger.valueOf(value.getNano()));
    return AttributeValue.fromN(new BigDecimal(nanos, 6).stripTrailingZeros().toPlainString());
  }

  static AttributeValue bytes(byte[] value) {
    return AttributeValue.fromB(SdkBytes.fromByteArrayUnsafe(value));
  }

  static Instant timeOf(AttributeValue value) {
    BigInteger[] parts =
        new BigDecimal(value.n())
            .movePointRight(6)
            .toBigIntegerExact()
            .divideAndRemainder(NANOS_PER_SECOND);
    return Instant.ofEpochSecond(parts[0].longValueExact(), parts[1].longValueExact());
  }

  static String textOf(Map<String, AttributeValue> item, String attribute) {
    AttributeValue value = item.get(attribute);
    if (value == null || value.s() == null) {
      throw new IllegalStateException(
          "the item %s has no text attribute %s".formatted(item.get(TableKeys.SK), attribute));
    }
    return value.s();
  }
}
