package dev.treadle.local;

import dev.treadle.TaskId;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.Recall;
import dev.treadle.engine.Task;
import java.util.List;
import java.util.Optional;

/** What a worker reads, to be parsed outside the transaction, where nobody waits for it. */
record RecallTexts(TaskId id, Optional<String> input, List<Records.Row> items) {
  /** The claimed head knows its newest snapshot, so the message's hint is not needed here. */
  static RecallTexts of(Transaction transaction, Task task) {
    String fromKey = JournalItem.firstKeyFromSnapshot(task.progress().snapshot());
    return new RecallTexts(
        task.id(),
        transaction.get(TaskKeys.input(task.id())),
        transaction.range(
            TaskKeys.of(task.id(), fromKey), TaskKeys.logEnd(task.id()), Integer.MAX_VALUE));
  }

  Recall read(StoredReadings readings) {
    return new Recall(
        readings.input(input, id), items.stream().map(row -> readings.item(row.text())).toList());
  }
}
