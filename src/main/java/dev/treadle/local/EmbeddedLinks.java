package dev.treadle.local;

import dev.treadle.Json;
import dev.treadle.TaskId;
import dev.treadle.approval.LinkStore;
import dev.treadle.approval.StoredLink;
import java.util.Comparator;
import java.util.List;

/** Links in embedded records, beside the questions they lead to. */
public final class EmbeddedLinks implements LinkStore {
  private static final Comparator<StoredLink> ORDER = Comparator.comparing(StoredLink::mintedAt);
  private final Records records;

  public EmbeddedLinks(Records records) {
    this.records = records;
  }

  @Override
  public void keep(StoredLink link) {
    String key = TaskKeys.link(link.taskId(), link.approvalId()) + link.secretHash();
    records.transact(transaction -> {
      if (transaction.get(key).isPresent()) return false;
      transaction.put(key, Json.write(link));
      return true;
    });
  }

  @Override
  public List<StoredLink> of(TaskId taskId, String approvalId) {
    String prefix = TaskKeys.link(taskId, approvalId);
    List<Records.Row> rows =
        records.transact(
            transaction -> transaction.range(prefix, prefix + TaskKeys.END, Integer.MAX_VALUE));
    return rows.stream().map(row -> Json.read(row.text(), StoredLink.class)).sorted(ORDER).toList();
  }
}
