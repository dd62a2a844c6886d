package dev.treadle.approval;

/** Whether a person is the one who started a task. */
final class Requester {
  private static final String PERSON = "person:";

  private Requester() {}

  static boolean is(String requester, String approverId) {
    return requester.equals(PERSON + approverId) || requester.equals(approverId);
  }
}
