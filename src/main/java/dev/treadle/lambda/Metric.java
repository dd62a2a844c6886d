package dev.treadle.lambda;

/** What is counted for CloudWatch; alarms and the dashboard of {@code template.yaml} read these. */
public enum Metric {
  ITERATIONS("Iterations", "Count"),
  /** Of recorded iterations, in millionths of a dollar. */
  COST("CostMicros", "None"),
  /** Attempts that failed or whose worker died, and that count against a task's retries. */
  RETRIES("Retries", "Count"),
  /** Verdicts that stop a task or have it wait, by reason. */
  VERDICTS("Verdicts", "Count"),
  FAILED_TASKS("FailedTasks", "Count"),
  /** Tasks that wait for somebody to say whether an action happened. */
  UNKNOWN_OUTCOMES("UnknownOutcomes", "Count"),
  /** Tasks that wait for a person, as many as a look counts. */
  WAITING_TASKS("WaitingTasks", "Count"),
  EXPIRED_APPROVALS("ExpiredApprovals", "Count"),
  /** Requests of which somebody said that something looks wrong. */
  REPORTED_APPROVALS("ReportedApprovals", "Count"),
  /** Notices of which somebody could not be told. */
  FAILED_NOTIFICATIONS("FailedNotifications", "Count"),
  /** What was found in a result and nobody had expected. */
  DRIFT_FINDINGS("DriftFindings", "Count"),
  BREAKERS_OPENED("BreakersOpened", "Count"),
  /** 1 when the breaker of a dependency opens, 0 when it closes. */
  BREAKER_OPEN("BreakerOpen", "None"),
  /** Tries to start the task of a schedule's slot that failed. */
  FAILED_FIRES("FailedFires", "Count"),
  /** Times of schedules at which no task started. */
  MISSED_FIRES("MissedFires", "Count"),
  /** For how long the task that has waited longest has been due. */
  OVERDUE("OverdueSeconds", "Seconds");

  private final String wireName;
  private final String unit;

  Metric(String wireName, String unit) {
    this.wireName = wireName;
    this.unit = unit;
  }

  public String wireName() {
    return wireName;
  }

  String unit() {
    return unit;
  }
}
