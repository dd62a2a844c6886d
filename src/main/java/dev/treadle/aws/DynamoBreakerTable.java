package dev.treadle.aws;

import dev.treadle.Json;
import dev.treadle.engine.Breaker;
import dev.treadle.engine.BreakerTable;
import dev.treadle.engine.Halts;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The breakers on DynamoDB, one small item each. */
public final class DynamoBreakerTable implements BreakerTable {
  private static final String DOCUMENT = "doc";
  private static final String VERSION = "version";
  private final Table table;

  /**
   * Breakers in an existing table of the shape of {@code template.yaml}.
   *
   * @param client is not closed by it
   */
  public DynamoBreakerTable(DynamoDbClient client, String tableName) {
    this.table = new Table(client, tableName);
  }

  @Override
  public Optional<Breaker> find(String dependency) {
    return table
        .get("reading the breaker of " + dependency, TableKeys.breaker(dependency))
        .map(DynamoBreakerTable::breaker);
  }

  /** A repeated call whose first reply was lost finds its own write, and that counts as written. */
  @Override
  public boolean replace(Breaker next) {
    Map<String, AttributeValue> item = new HashMap<>(TableKeys.breaker(next.dependency()));
    item.put(VERSION, Attributes.number(next.version()));
    item.put(DOCUMENT, Attributes.text(Json.write(next)));
    Expression unchanged = unchanged(next.version());
    return switch (table.put("moving the breaker of " + next.dependency(), item, unchanged)) {
      case Table.Answer.Written _ -> true;
      case Table.Answer.Refused refused ->
          refused
              .first()
              .filter(standing -> !standing.isEmpty())
              .map(DynamoBreakerTable::breaker)
              .equals(Optional.of(next));
    };
  }

  @Override
  public Halts halts() {
    return table
        .get("reading what is halted", TableKeys.halts())
        .map(DynamoBreakerTable::halts)
        .orElse(Halts.NONE);
  }

  /** As for a breaker: a repeated call finds its own write. */
  @Override
  public boolean replace(Halts next) {
    Map<String, AttributeValue> item = new HashMap<>(TableKeys.halts());
    item.put(VERSION, Attributes.number(next.version()));
    item.put(DOCUMENT, Attributes.text(Json.write(next)));
    return switch (table.put("changing what is halted", item, unchanged(next.version()))) {
      case Table.Answer.Written _ -> true;
      case Table.Answer.Refused refused ->
          refused
              .first()
              .filter(standing -> !standing.isEmpty())
              .map(DynamoBreakerTable::halts)
              .equals(Optional.of(next));
    };
  }

  private static Expression unchanged(long next) {
    String orNew = next == 1 ? " OR attribute_not_exists(#pk)" : "";
    return Expression.of("#version = :before" + orNew, ":before", Attributes.number(next - 1));
  }

  private static Halts halts(Map<String, AttributeValue> item) {
    return Json.read(Attributes.textOf(item, DOCUMENT), Halts.class);
  }

  private static Breaker breaker(Map<String, AttributeValue> item) {
    return Json.read(Attributes.textOf(item, DOCUMENT), Breaker.class);
  }
}
