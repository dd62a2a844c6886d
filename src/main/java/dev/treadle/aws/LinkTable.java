package dev.treadle.aws;

import dev.treadle.Json;
import dev.treadle.TaskId;
import dev.treadle.approval.LinkStore;
import dev.treadle.approval.StoredLink;
import dev.treadle.engine.Defaults;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Links in the table, beside the questions they lead to. They alone expire: all else that the table
 * holds of a task says what happened.
 */
public final class LinkTable implements LinkStore {
  private static final Comparator<StoredLink> ORDER = Comparator.comparing(StoredLink::mintedAt);
  private final Table table;

  /**
   * Links in an existing table.
   *
   * @param client is not closed by this
   */
  public LinkTable(DynamoDbClient client, String tableName) {
    this.table = new Table(client, tableName);
  }

  @Override
  public void keep(StoredLink link) {
    String key = TableKeys.link(link.approvalId()) + link.secretHash();
    Instant end = link.mintedAt().plus(Defaults.LINK_KEPT);
    table.put(
        "keeping a link of task " + link.taskId(),
        Document.item(
            link.taskId(),
            key,
            Json.write(link),
            Map.of(TableKeys.EXPIRES_AT, Attributes.number(end.getEpochSecond()))),
        // The hash is the key, so what stands there is this link.
        Expression.of(
            "attribute_not_exists(#pk) OR #pk = :pk",
            ":pk",
            Attributes.text(TableKeys.partition(link.taskId()))));
  }

  @Override
  public List<StoredLink> of(TaskId taskId, String approvalId) {
    String prefix = TableKeys.link(approvalId);
    return table
        .range(
            "reading the links of task " + taskId,
            TableKeys.partition(taskId),
            prefix,
            prefix + TableKeys.END)
        .stream()
        .map(item -> Json.read(Document.text(List.of(item)), StoredLink.class))
        .sorted(ORDER)
        .toList();
  }
}
