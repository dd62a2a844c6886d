package dev.treadle.aws;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A condition or an update in DynamoDB's language. Attributes are always written {@code #name},
 * because hundreds of plain names are reserved.
 *
 * @param values of its {@code :name}s
 */
record Expression(String text, Map<String, AttributeValue> values) {
  private static final Pattern NAME = Pattern.compile("#([a-z_]+)");

  Expression {
    values = Map.copyOf(values);
  }

  static Expression of(String text) {
    return new Expression(text, Map.of());
  }

  static Expression of(String text, String name, AttributeValue value) {
    return new Expression(text, Map.of(name, value));
  }

  /** Both hold. */
  Expression and(Expression other) {
    return new Expression(text + " AND " + other.text, joined(List.of(this, other)));
  }

  Map<String, String> names() {
    return names(List.of(this));
  }

  static Map<String, String> names(List<Expression> expressions) {
    Map<String, String> names = new HashMap<>();
    for (Expression expression : expressions) {
      Matcher matcher = NAME.matcher(expression.text);
      while (matcher.find()) names.put(matcher.group(), matcher.group(1));
    }
    return names;
  }

  static Map<String, AttributeValue> joined(List<Expression> expressions) {
    Map<String, AttributeValue> values = new HashMap<>();
    for (Expression expression : expressions) {
      expression.values.forEach((name, value) -> {
        AttributeValue before = values.put(name, value);
        if (before != null && !before.equals(value)) {
          throw new IllegalArgumentException(name + " stands for two values");
        }
      });
    }
    return values;
  }
}
