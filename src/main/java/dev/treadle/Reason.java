package dev.treadle;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Why a task stopped or waits. Every stop has one. */
public enum Reason {
  TASK_COMPLETE,
  MAX_ITERATIONS_REACHED,
  TOO_MANY_ERRORS,
  NO_PROGRESS_DETECTED,
  AWAITING_HUMAN_APPROVAL,
  HUMAN_REJECTED_ACTION,
  APPROVAL_EXPIRED,
  OUTCOME_UNKNOWN,
  BUDGET_EXHAUSTED,
  DEADLINE_EXCEEDED,
  RETRIES_EXHAUSTED,
  OUTPUT_INVALID,
  STALE_OUTPUT,
  CANCELLED,
  STATE_TOO_LARGE,
  DEFINITION_MISSING;

  /** The status of a task that stopped or waits for this reason. */
  public Status status() {
    return switch (this) {
      case TASK_COMPLETE -> Status.DONE;
      case AWAITING_HUMAN_APPROVAL, OUTCOME_UNKNOWN -> Status.WAITING_FOR_HUMAN;
      case MAX_ITERATIONS_REACHED,
          TOO_MANY_ERRORS,
          NO_PROGRESS_DETECTED,
          HUMAN_REJECTED_ACTION,
          APPROVAL_EXPIRED,
          BUDGET_EXHAUSTED,
          DEADLINE_EXCEEDED,
          RETRIES_EXHAUSTED,
          OUTPUT_INVALID,
          STALE_OUTPUT,
          CANCELLED,
          STATE_TOO_LARGE,
          DEFINITION_MISSING ->
          Status.FAILED;
    };
  }

  @JsonValue
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  @JsonCreator
  public static Reason ofWireName(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }
}
