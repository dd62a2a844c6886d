package dev.treadle.local;

import dev.treadle.Json;
import dev.treadle.TaskId;
import dev.treadle.engine.Approval;
import dev.treadle.engine.Decision;
import dev.treadle.engine.Notification;
import dev.treadle.engine.Stored;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Questions, decisions and what the notifier did, in embedded records. */
final class EmbeddedApprovals {
  private final Records records;
  private final StoredReadings readings;

  EmbeddedApprovals(Records records, StoredReadings readings) {
    this.records = records;
    this.readings = readings;
  }

  static Records.Row row(Approval approval) {
    return new Records.Row(
        TaskKeys.approval(approval.taskId(), approval.id()), Json.write(approval));
  }

  static Records.Row row(Decision decision) {
    return new Records.Row(
        TaskKeys.decisions(decision.approvalId()) + decision.sortKey(), Json.write(decision));
  }

  Optional<Approval> approval(TaskId id, String approvalId) {
    return records
        .transact(transaction -> transaction.get(TaskKeys.approval(id, approvalId)))
        .map(readings::approval);
  }

  List<Approval> approvals(TaskId id) {
    Comparator<Approval> order =
        Comparator.comparing((Approval each) -> each.timing().createdAt())
            .thenComparingInt(Approval::iteration)
            .thenComparingInt(Approval::ordinal);
    return all(TaskKeys.approval(id, ""), readings::approval).stream().sorted(order).toList();
  }

  List<Decision> decisions(String approvalId) {
    return all(TaskKeys.decisions(approvalId), Stored::decision);
  }

  void keep(Notification notification) {
    String key = TaskKeys.notice(notification.taskId(), notification.approvalId());
    records.transact(transaction -> {
      Optional<Notification> stored = transaction.get(key).map(Stored::notification);
      if (stored.isPresent() && !Notification.mayReplace(stored.get(), notification)) return false;
      transaction.put(key, Json.write(notification));
      return true;
    });
  }

  List<Notification> notifications(TaskId id) {
    return all(TaskKeys.notice(id, ""), Stored::notification);
  }

  private <T> List<T> all(String prefix, Function<String, T> read) {
    List<Records.Row> rows =
        records.transact(
            transaction -> transaction.range(prefix, prefix + TaskKeys.END, Integer.MAX_VALUE));
    return rows.stream().map(row -> read.apply(row.text())).toList();
  }

  static void demandNew(Transaction transaction, Decision decision) {
    if (transaction.get(row(decision).key()).isPresent()) {
      throw new IllegalStateException(
          "task %s: %s has decided about %s already; it stays"
              .formatted(decision.taskId(), decision.approver(), decision.approvalId()));
    }
  }
}
