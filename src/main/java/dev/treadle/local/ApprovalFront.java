package dev.treadle.local;

import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.treadle.engine.Approval;
import dev.treadle.engine.ApprovalNotice;
import dev.treadle.lambda.Notifier;
import dev.treadle.lambda.NotifierHandler;
import dev.treadle.tool.Mailer;
import dev.treadle.web.ApprovalMessage;
import dev.treadle.web.Pages;
import dev.treadle.web.SeriesDesk;
import dev.treadle.web.Site;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The functions {@code approval} and {@code notifier} in this process: pages on loopback, and a
 * thread that hands notices over as the approval queue would.
 */
final class ApprovalFront implements AutoCloseable {
  private static final long PATIENCE_MILLIS = 500;
  private final Site site;
  private final NotifierHandler notifier;
  private final NoticeQueue notices;
  private final Thread thread;
  private volatile boolean closed;

  private ApprovalFront(Site site, NotifierHandler notifier, NoticeQueue notices) {
    this.site = site;
    this.notifier = notifier;
    this.notices = notices;
    this.thread = Thread.ofPlatform().daemon().name("treadle-notifier").unstarted(this::listen);
  }

  /** Absent without the keys that links and decisions need. */
  static Optional<ApprovalFront> of(
      Deciding deciding,
      NoticeQueue notices,
      Narrator store,
      Mailer mailer,
      String site,
      InstantSource clock,
      SeriesDesk series) {
    if (deciding.desk().isEmpty() || deciding.mint().isEmpty()) return Optional.empty();
    Pages templates = Pages.reflecting();
    Site pages =
        Site.of(deciding.desk().get(), templates, clock).with(Site.ofSeries(series, templates));
    Notifier notifier =
        new Notifier(
            store,
            deciding.approvers(),
            deciding.mint().get(),
            mailer,
            site,
            clock,
            new Told(store));
    return Optional.of(new ApprovalFront(pages, new NotifierHandler(notifier), notices));
  }

  /** Who looks at the terminal hears of each link, and of each person who was not reached. */
  private record Told(Narrator store) implements Notifier.Witness {
    @Override
    public void told(Approval approval, ApprovalMessage message) {
      say(approval, "review %s: %s".formatted(approval.tool(), message.link()));
    }

    @Override
    public void failed(Approval approval, String why) {
      say(approval, "nobody told about %s: %s".formatted(approval.tool(), why));
    }

    private void say(Approval approval, String words) {
      store.tell(approval.taskId(), approval.taskId() + "  " + words);
    }
  }

  Site site() {
    return site;
  }

  void start() {
    thread.start();
  }

  private void listen() {
    try {
      // A notice that failed is not kept here: the watchdog sends it again within minutes.
      while (!closed) notices.poll(PATIENCE_MILLIS).ifPresent(this::handOver);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  void handOver(ApprovalNotice notice) {
    SQSEvent.SQSMessage message = new SQSEvent.SQSMessage();
    message.setMessageId(notice.approvalId());
    message.setBody(notice.body());
    SQSEvent event = new SQSEvent();
    event.setRecords(List.of(message));
    var _ = notifier.handleRequest(event, null);
  }

  @Override
  public void close() {
    // Not interrupted: that would close the store's file under a write.
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
