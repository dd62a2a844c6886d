package dev.treadle.engine;

/** What an operator or an approver hears. */
public sealed interface OperatorAnswer {
  /** It is written; the task is as it stands now. */
  record Done(Task task) implements OperatorAnswer {}

  /** A worker runs the task right now and will see the request before its next action. */
  record Requested(Task task) implements OperatorAnswer {}

  /** Nothing was changed. */
  record Refused(String why) implements OperatorAnswer {}
}
