package dev.treadle.engine;

import dev.treadle.DeliveryCheck;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One transaction on a task: the head moves {@code from → to} if it still has the version, lease
 * and cancel request of {@code from}, and everything else is written with it or not at all.
 *
 * @param items journal items, none of which may exist yet
 * @param rows ledger rows to replace
 * @param papers what people are asked and have answered
 * @param children tasks that the end of this one starts, none of which may exist yet
 * @param judged what was found in a delivery that this change records
 * @param run the row of the task's series, when the task ends and belongs to one
 */
public record Change(
    Task from,
    Task to,
    List<JournalItem> items,
    List<LedgerRow> rows,
    Papers papers,
    List<NewTask> children,
    Optional<DeliveryCheck.Judged> judged,
    Optional<SeriesRun> run) {
  /**
   * The human side of a change.
   *
   * @param approvals questions to ask or to change
   * @param decisions of people, none of which may exist yet; a worker never writes one
   */
  public record Papers(List<Approval> approvals, List<Decision> decisions) {
    static final Papers NONE = new Papers(List.of(), List.of());

    public Papers {
      approvals = List.copyOf(approvals);
      decisions = List.copyOf(decisions);
    }
  }

  public Change {
    items = List.copyOf(items);
    rows = List.copyOf(rows);
    children = List.copyOf(children);
  }

  static Change of(Task from, Task to, JournalItem... items) {
    return of(from, to, Arrays.asList(items));
  }

  /** A change that moves the head and adds to the journal. */
  public static Change of(Task from, Task to, List<? extends JournalItem> items) {
    List<JournalItem> journal = List.copyOf(items);
    return new Change(
        from, to, journal, List.of(), Papers.NONE, List.of(), Optional.empty(), Optional.empty());
  }

  public List<Approval> approvals() {
    return papers.approvals();
  }

  public List<Decision> decisions() {
    return papers.decisions();
  }

  Change acting(LedgerRow... more) {
    List<LedgerRow> all = with(rows, Arrays.asList(more));
    return new Change(from, to, items, all, papers, children, judged, run);
  }

  Change asking(Approval... more) {
    return asking(Arrays.asList(more));
  }

  Change asking(List<Approval> more) {
    return with(new Papers(with(papers.approvals(), more), papers.decisions()));
  }

  Change deciding(Decision decision) {
    List<Decision> all = with(papers.decisions(), List.of(decision));
    return with(new Papers(papers.approvals(), all));
  }

  private Change with(Papers changed) {
    return new Change(from, to, items, rows, changed, children, judged, run);
  }

  Change starting(List<NewTask> more) {
    return new Change(from, to, items, rows, papers, with(children, more), judged, run);
  }

  Change with(Optional<DeliveryCheck.Judged> delivery) {
    return new Change(from, to, items, rows, papers, children, delivery, run);
  }

  Change with(SeriesRun ended) {
    return new Change(from, to, items, rows, papers, children, judged, Optional.of(ended));
  }

  private static <T> List<T> with(List<T> some, List<T> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }
}
