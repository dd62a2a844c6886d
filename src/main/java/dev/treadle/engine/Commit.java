package dev.treadle.engine;

/** What the table answers to a conditional write of a task. */
public sealed interface Commit {
  record Written(Task task) implements Commit {}

  /** Somebody else wrote first; {@code current} is what stands there now. */
  record Lost(Task current) implements Commit {}

  /** The one rule for a change that finds {@code current}: may it be written? */
  static Commit of(Task current, Change change) {
    if (current.equals(change.to())) return new Written(current); // Ours; its reply was lost.
    Task from = change.from();
    boolean isMine =
        current.version() == from.version()
            && java.util.Objects.equals(current.lease(), from.lease())
            && java.util.Objects.equals(current.cancel(), from.cancel());
    return isMine ? new Written(change.to()) : new Lost(current);
  }
}
