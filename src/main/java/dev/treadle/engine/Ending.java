package dev.treadle.engine;

import dev.treadle.DeliveryCheck;
import dev.treadle.Outcome;
import dev.treadle.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Ends a task outside a step: by exhaustion, deadline, expiry, or a human's or operator's word. */
final class Ending {
  private final TaskStore store;

  Ending(TaskStore store) {
    this.store = store;
  }

  /** One conditional write; open approvals are closed with it. */
  Commit end(Task task, Outcome outcome, String by, Approval.State closing, Instant now) {
    return end(task, outcome, by, closed(task, closing, by, outcome.detail(), now), now);
  }

  /** Ends a task whose result is stale; open approvals are closed with it. */
  Commit end(Task task, DeliveryCheck.Judged stale, Instant now) {
    Outcome outcome = new Outcome(Reason.STALE_OUTPUT, stale.words());
    String by = "the loop";
    List<Approval> closed = closed(task, Approval.State.SUPERSEDED, by, outcome.detail(), now);
    return store.commit(change(task, outcome, by, closed, now).with(Optional.of(stale)));
  }

  Commit end(Task task, Outcome outcome, String by, List<Approval> closed, Instant now) {
    return store.commit(change(task, outcome, by, closed, now));
  }

  Change change(Task task, Outcome outcome, String by, List<Approval> closed, Instant now) {
    String text = outcome.reason().wireName() + ": " + outcome.detail() + openActions(task);
    JournalItem.Note note = JournalItem.Note.on(task, now, JournalItem.Note.ENDED, by, text);
    Task ended = task.ended(outcome, note.hash(), now);
    return Change.of(task, ended, note).asking(closed);
  }

  List<Approval> closed(Task task, Approval.State as, String by, String why, Instant now) {
    List<Approval> closed = new ArrayList<>();
    if (!Approval.mayBeOpenIn(task)) return closed;
    for (Approval approval : store.approvals(task.id())) {
      if (approval.isOpen()) closed.add(approval.closed(as, by, now, why));
    }
    return closed;
  }

  /** A started action stays started: the record says so, because nobody will look again. */
  private String openActions(Task task) {
    List<String> open =
        store.ledger(task.id()).stream()
            .filter(row ->
                row.state() == LedgerRow.State.STARTED || row.state() == LedgerRow.State.UNKNOWN)
            .map(row -> row.tool() + " (" + row.key() + ")")
            .toList();
    return open.isEmpty() ? "" : "; outcome unknown of " + String.join(", ", open);
  }
}
