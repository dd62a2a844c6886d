package dev.treadle.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.TaskId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** What every queue to the notifier promises: each notice comes out, whole, at least once. */
public abstract class ApprovalNoticesContract {
  private static final int PATIENCE = 50;

  protected abstract ApprovalNotices queue();

  /** The body of some message that waits, which is given up with that; empty if none came. */
  protected abstract Optional<String> next();

  @Test
  void everyNoticeComesOutWholeWhoeverSentIt() throws Exception {
    List<ApprovalNotice> sent = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      var kind = i % 2 == 0 ? ApprovalNotice.Kind.ASKED : ApprovalNotice.Kind.REMINDED;
      sent.add(new ApprovalNotice(new TaskId("t-" + i), "%032x".formatted(i), kind));
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (ApprovalNotice each : sent) threads.execute(() -> queue().send(each));
    }
    queue().send(sent.getFirst());

    Set<ApprovalNotice> heard = new HashSet<>();
    for (int i = 0; i < PATIENCE && heard.size() < sent.size(); i++) {
      next().ifPresent(body -> heard.add(ApprovalNotice.parse(body).orElseThrow()));
    }
    assertThat(heard).containsExactlyInAnyOrderElementsOf(sent);
  }
}
