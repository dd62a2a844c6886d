package dev.treadle.engine;

import dev.treadle.TaskId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the notifier did about a question; written by it alone, beside the question.
 *
 * @param notifiedAt when somebody was first reached; absent while nobody was
 * @param attempts to reach people, failed ones included
 * @param lastFailure whom the last attempt did not reach, and why; absent when it reached everybody
 * @param channelRefs where messages went, as the channels name them
 */
public record Notification(
    int schema,
    TaskId taskId,
    String approvalId,
    @Nullable Instant notifiedAt,
    int attempts,
    @Nullable String lastFailure,
    List<String> channelRefs) {
  public static final int SCHEMA = 1;

  public Notification {
    channelRefs = List.copyOf(channelRefs);
  }

  public boolean hasReached() {
    return notifiedAt != null;
  }

  /** An open question, of which somebody was not told. */
  public boolean isOwedFor(List<Approval> questions) {
    return lastFailure != null
        && questions.stream().anyMatch(each -> each.id().equals(approvalId) && each.isOpen());
  }

  /** A late failure does not make people unreached. */
  public static boolean mayReplace(Notification stored, Notification next) {
    return !stored.hasReached() || next.hasReached();
  }
}
