package dev.treadle.web;

import dev.treadle.engine.Decision.Choice;
import java.util.Optional;

/** The answers of a form, by the words that it sends. */
final class Choices {
  static final String WITH_CHANGES = "approve_with_changes";

  private Choices() {}

  /** Empty for no answer, and for one that no page offers. */
  static Optional<Choice> of(String word) {
    return Optional.ofNullable(
        switch (word) {
          case "approve", WITH_CHANGES -> Choice.APPROVE;
          case "reject" -> Choice.REJECT;
          case "reject_and_stop" -> Choice.REJECT_AND_STOP;
          case "happened" -> Choice.IT_HAPPENED;
          case "run" -> Choice.RUN_IT;
          case "stop" -> Choice.STOP;
          default -> null;
        });
  }

  static String past(Choice choice) {
    return switch (choice) {
      case APPROVE -> "approved";
      case REJECT -> "rejected";
      case REJECT_AND_STOP -> "rejected, and stopped the task";
      case WITHDRAW -> "took the approval back";
      case IT_HAPPENED -> "said that it happened";
      case RUN_IT -> "said that it did not happen, and let it run";
      case STOP -> "stopped the task";
    };
  }
}
