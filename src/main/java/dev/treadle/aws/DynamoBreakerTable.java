package dev.treadle.aws;

import dev.treadle.Json;
import dev.treadle.engine.Breaker;
import dev.treadle.engine.BreakerTable;
import dev.treadle.engine.Halts;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
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

  @Override
  public boolean replace(Breaker next) {
    return replace(
        "moving the breaker of " + next.dependency(),
        TableKeys.breaker(next.dependency()),
        next.version(),
        next,
        DynamoBreakerTable::breaker);
  }

  @Override
  public Halts halts() {
    return table
        .get("reading what is halted", TableKeys.halts())
        .map(DynamoBreakerTable::halts)
        .orElse(Halts.NONE);
  }

  @Override
  public boolean replace(Halts next) {
    return replace(
        "changing what is halted",
        TableKeys.halts(),
        next.version(),
        next,
        DynamoBreakerTable::halts);
  }

  /** A repeated call whose first reply was lost finds its own write, and that counts as written. */
  private <T> boolean replace(
      String deed,
      Map<String, AttributeValue> key,
      long version,
      T next,
      Function<Map<String, AttributeValue>, T> read) {
    Map<String, AttributeValue> item = new HashMap<>(key);
    item.put(VERSION, Attributes.number(version));
    item.put(DOCUMENT, Attributes.text(Json.write(next)));
    String orNew = version == 1 ? " OR attribute_not_exists(#pk)" : "";
    Expression unchanged =
        Expression.of("#version = :before" + orNew, ":before", Attributes.number(version - 1));
    return switch (table.put(deed, item, unchanged)) {
      case Table.Answer.Written _ -> true;
      case Table.Answer.Refused refused ->
          refused
              .first()
              .filter(standing -> !standing.isEmpty())
              .map(read)
              .equals(Optional.of(next));
    };
  }

  private static Halts halts(Map<String, AttributeValue> item) {
    return Json.read(Attributes.textOf(item, DOCUMENT), Halts.class);
  }

  private static Breaker breaker(Map<String, AttributeValue> item) {
    return Json.read(Attributes.textOf(item, DOCUMENT), Breaker.class);
  }
}
