package dev.treadle.approval;

import dev.treadle.TaskId;
import java.util.List;

/** Where links are remembered, beside the questions they lead to. Safe for several threads. */
public interface LinkStore {
  /** Keeps a link; one that is there already stays as it is. */
  void keep(StoredLink link);

  /** The links to a question, oldest first. */
  List<StoredLink> of(TaskId taskId, String approvalId);
}
