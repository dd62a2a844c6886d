package dev.treadle.approval;

import dev.treadle.TaskId;

/** Who stands before the desk. */
public sealed interface Caller {
  /**
   * Somebody with a link: proves possession of a mailbox, not identity.
   *
   * @param token from the link's fragment
   * @param from the address that the request came from, for the count of failed attempts
   */
  record Bearer(String token, String from) implements Caller {
    /** Leaves the token out, for logs. */
    @Override
    public String toString() {
      return "Bearer[from " + from + "]";
    }
  }

  /**
   * Somebody who needs no link, because the place they come from vouches for them: the command line
   * of the machine, a sign-in.
   *
   * @param taskId the task whose questions they look at
   */
  record Person(String approverId, TaskId taskId) implements Caller {}
}
