package dev.treadle.aws;

import dev.treadle.Json;
import dev.treadle.TaskId;
import dev.treadle.engine.Approval;
import dev.treadle.engine.Decision;
import dev.treadle.engine.Notification;
import dev.treadle.engine.Stored;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Questions, decisions and what the notifier did, in the table. Decisions have partitions of their
 * own, which the step function's role may read and not write.
 */
final class ApprovalTable {
  private static final String REACHED = "reached";
  private static final String DOC = "doc";
  private final Table table;

  ApprovalTable(Table table) {
    this.table = table;
  }

  static Map<String, AttributeValue> item(Approval approval) {
    return Document.item(
        approval.taskId(),
        TableKeys.APPROVAL + approval.id(),
        Json.write(approval),
        Map.of("state", Attributes.text(approval.state().name())));
  }

  static Map<String, AttributeValue> item(Decision decision) {
    Map<String, AttributeValue> item = new HashMap<>();
    item.put(TableKeys.PK, Attributes.text(TableKeys.decisions(decision.approvalId())));
    item.put(TableKeys.SK, Attributes.text(decision.sortKey()));
    item.put(DOC, Attributes.text(Json.write(decision)));
    return item;
  }

  Optional<Approval> approval(TaskId id, String approvalId) {
    return table
        .get("reading an approval of task " + id, TableKeys.of(id, TableKeys.APPROVAL + approvalId))
        .map(ApprovalTable::approval);
  }

  List<Approval> approvals(TaskId id) {
    Comparator<Approval> order =
        Comparator.comparing((Approval each) -> each.timing().createdAt())
            .thenComparingInt(Approval::iteration)
            .thenComparingInt(Approval::ordinal);
    return range(id, "reading the approvals of task " + id, TableKeys.APPROVAL).stream()
        .map(ApprovalTable::approval)
        .sorted(order)
        .toList();
  }

  List<Decision> decisions(String approvalId) {
    return table
        .range(
            "reading the decisions about " + approvalId,
            TableKeys.decisions(approvalId),
            " ",
            TableKeys.END)
        .stream()
        .map(item -> Stored.decision(Attributes.textOf(item, DOC)))
        .toList();
  }

  void keep(Notification notification) {
    TaskId id = notification.taskId();
    AttributeValue reached = Attributes.number(notification.hasReached() ? 1 : 0);
    table.put(
        "noting who was told of task " + id,
        Document.item(
            id,
            TableKeys.NOTICE + notification.approvalId(),
            Json.write(notification),
            Map.of(REACHED, reached)),
        // What Notification.mayReplace says: a late failure does not make people unreached.
        Expression.of(
            "attribute_not_exists(#reached) OR #reached <= :reached", ":reached", reached));
  }

  List<Notification> notifications(TaskId id) {
    return range(id, "reading who was told of task " + id, TableKeys.NOTICE).stream()
        .map(item -> Stored.notification(Document.text(List.of(item))))
        .toList();
  }

  private List<Map<String, AttributeValue>> range(TaskId id, String what, String prefix) {
    return table.range(what, TableKeys.partition(id), prefix, prefix + TableKeys.END);
  }

  private static Approval approval(Map<String, AttributeValue> item) {
    return Stored.approval(Document.text(List.of(item)));
  }
}
