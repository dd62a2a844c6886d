package dev.treadle.approval;

import dev.treadle.Status;
import dev.treadle.engine.Approval;
import dev.treadle.engine.Decision;
import dev.treadle.engine.Task;
import dev.treadle.engine.TaskStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Collects a person's questions from the tasks of late; reads a bounded number of them. */
final class InboxReader {
  private static final int WAITING_MAX = 200;
  private static final int OTHERS_MAX = 50;
  private static final int DECIDED_MAX = 50;
  private static final ApprovalView.Result NOT_STARTED =
      new ApprovalView.Result(ApprovalView.Result.State.NOT_STARTED, "");
  private final TaskStore store;
  private final Views views;
  private final Approver person;
  private final List<Inbox.Row> forMe = new ArrayList<>();
  private final List<Inbox.Row> forOthers = new ArrayList<>();
  private final List<Inbox.Row> decided = new ArrayList<>();

  InboxReader(TaskStore store, Views views, Approver person) {
    this.store = store;
    this.views = views;
    this.person = person;
  }

  Inbox read(Instant now) {
    boolean cut = false;
    for (Status status : Status.values()) {
      int most = status == Status.WAITING_FOR_HUMAN ? WAITING_MAX : OTHERS_MAX;
      List<Task> tasks = store.list(status, most);
      cut |= tasks.size() == most;
      tasks.forEach(task -> sort(task, now));
    }
    Comparator<Inbox.Row> byExpiry = Comparator.comparing(row -> row.approval().expiresAt());
    forMe.sort(byExpiry);
    forOthers.sort(byExpiry);
    decided.sort(Comparator.comparing(InboxReader::closedAt).reversed());
    List<Inbox.Row> last =
        decided.stream()
            .limit(DECIDED_MAX)
            .map(row -> row.having(views.result(row.approval())))
            .toList();
    return new Inbox(person, views.names(), forMe, forOthers, last, cut);
  }

  private void sort(Task task, Instant now) {
    for (Approval approval : store.approvals(task.id())) {
      Optional<Reading> found = views.read(task, approval, person);
      if (found.isEmpty()) continue;
      Reading reading = found.get();
      Optional<Decision> mine = reading.mine();
      Inbox.Row row = new Inbox.Row(approval, approval.votes().size(), mine, NOT_STARTED);
      if (!approval.isOpen()) decided.add(row);
      else if (mine.isEmpty() && reading.mayDecide() && approval.isDecidableAt(now)) forMe.add(row);
      else forOthers.add(row);
    }
  }

  private static Instant closedAt(Inbox.Row row) {
    Approval.Closing closing = row.approval().closing();
    return closing == null ? Instant.EPOCH : closing.at();
  }
}
