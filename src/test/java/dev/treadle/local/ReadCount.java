package dev.treadle.local;

import dev.treadle.TaskId;
import dev.treadle.engine.ForwardingTaskStore;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.TaskStore;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the items of journals that are read. */
final class ReadCount extends ForwardingTaskStore {
  private final AtomicInteger items = new AtomicInteger();

  ReadCount(TaskStore store) {
    super(store);
  }

  /** Since the last call. */
  int journalItems() {
    return items.getAndSet(0);
  }

  @Override
  public List<JournalItem> journal(TaskId id, String fromKey) {
    return counted(super.journal(id, fromKey));
  }

  @Override
  public List<JournalItem> journalOf(TaskId id, int first, int last) {
    return counted(super.journalOf(id, first, last));
  }

  private List<JournalItem> counted(List<JournalItem> read) {
    items.addAndGet(read.size());
    return read;
  }
}
