package dev.treadle.lambda;

import dev.treadle.engine.Approval;
import dev.treadle.web.ApprovalMessage;
import java.util.Map;

/** Counts the people who could not be told, for an alarm. */
record CountedFailures(Metrics metrics) implements Notifier.Witness {
  @Override
  public void told(Approval approval, ApprovalMessage message) {}

  @Override
  public void failed(Approval approval, String why) {
    metrics.say(Map.of(Metric.FAILED_NOTIFICATIONS, 1L));
  }
}
