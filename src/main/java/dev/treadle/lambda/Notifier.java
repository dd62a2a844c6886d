package dev.treadle.lambda;

import dev.treadle.CanonicalJson;
import dev.treadle.approval.Approver;
import dev.treadle.approval.Approvers;
import dev.treadle.approval.LinkMint;
import dev.treadle.engine.Approval;
import dev.treadle.engine.ApprovalNotice;
import dev.treadle.engine.Notification;
import dev.treadle.engine.TaskStore;
import dev.treadle.tool.Mailer;
import dev.treadle.web.ApprovalMessage;
import dev.treadle.web.ApprovalMessage.Occasion;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells people about questions: the only one who makes links.
 *
 * <p>A notice may come more than once; whoever was reached for an occasion is not told again. What
 * went well and what failed stands beside the question, so that the watchdog asks again and an
 * operator sees it.
 */
public final class Notifier {
  private static final Logger LOG = Logger.getLogger(Notifier.class);
  private static final int KEY_CHARS = 32;
  private final TaskStore store;
  private final Approvers approvers;
  private final LinkMint mint;
  private final List<Channel> channels;
  private final String site;
  private final InstantSource clock;
  private final Witness witness;

  /** Hears how it went with each message. */
  public interface Witness {
    /** It went out. */
    void told(Approval approval, ApprovalMessage message);

    /**
     * Somebody was not reached, and is tried again.
     *
     * @param why names the person, and no link
     */
    void failed(Approval approval, String why);
  }

  /**
   * A notifier.
   *
   * @param mailer for addresses that are mailboxes; others are posted to
   * @param site the address that pages have, without a slash at its end
   */
  public Notifier(
      TaskStore store,
      Approvers approvers,
      LinkMint mint,
      Mailer mailer,
      String site,
      InstantSource clock,
      Witness witness) {
    this.store = store;
    this.approvers = approvers;
    this.mint = mint;
    this.channels = List.of(new MailChannel(mailer), new HookChannel());
    this.site = site;
    this.clock = clock;
    this.witness = witness;
  }

  /** Whether a notice is done with; otherwise it is to come again. */
  public boolean deliver(ApprovalNotice notice) {
    Optional<Approval> found = store.approval(notice.taskId(), notice.approvalId());
    // Decided in the meantime, or not ours: there is nobody to tell.
    if (found.isEmpty() || !found.get().isOpen()) return true;
    Approval approval = found.get();
    Attempt attempt = new Attempt(approval, notice, before(approval));
    for (Approver person : approvers.group(approval.terms().group())) attempt.tell(person);
    if (attempt.people == 0)
      attempt.failed("nobody", "group " + approval.terms().group() + " is empty");
    store.keep(attempt.notification());
    return attempt.failure == null;
  }

  private Notification before(Approval approval) {
    return store.notifications(approval.taskId()).stream()
        .filter(each -> each.approvalId().equals(approval.id()))
        .findFirst()
        .orElseGet(() ->
            new Notification(
                Notification.SCHEMA, approval.taskId(), approval.id(), null, 0, null, List.of()));
  }

  /** One notice's way to everybody whom it concerns. */
  private final class Attempt {
    private final Approval approval;
    private final Occasion occasion;
    private final String round;
    private final Notification before;
    private final List<String> refs;
    private final Instant now = clock.instant();
    private int people;
    private boolean hasReached;
    private @Nullable String failure;

    Attempt(Approval approval, ApprovalNotice notice, Notification before) {
      this.approval = approval;
      this.before = before;
      this.refs = new ArrayList<>(before.channelRefs());
      this.occasion =
          switch (notice.kind()) {
            case ASKED -> Occasion.ASKED;
            case REMINDED -> Occasion.REMINDED;
          };
      long passed = approval.timing().remindAt().stream().filter(at -> !at.isAfter(now)).count();
      this.round =
          switch (notice.kind()) {
            case ASKED -> "asked";
            case REMINDED -> "reminded " + approval.timing().extensions() + "." + passed;
          };
    }

    void tell(Approver person) {
      boolean hasVoted =
          approval.votes().stream().anyMatch(vote -> vote.approver().equals(person.id()));
      if (hasVoted || isRequester(person)) return;
      people++;
      String mark = person.id() + ", " + round + ": ";
      if (refs.stream().anyMatch(ref -> ref.startsWith(mark))) {
        hasReached = true;
        return;
      }
      try {
        Channel channel = channel(person.address());
        // Made anew for each message: only a hash of a link is kept.
        String token = mint.mint(approval, person);
        ApprovalMessage message = ApprovalMessage.of(approval, occasion, site, token, now);
        refs.add(mark + channel.tell(person, message, key(person)));
        hasReached = true;
        witness.told(approval, message);
      } catch (IOException unreached) {
        failed(person.id(), String.valueOf(unreached.getMessage()));
      }
    }

    private boolean isRequester(Approver person) {
      return approval.terms().quorum().excludesRequester()
          && approval.source().requester().equals("person:" + person.id());
    }

    private String key(Approver person) {
      String name = String.join("\n", approval.id(), person.id(), round);
      return CanonicalJson.sha256(name).substring(0, KEY_CHARS);
    }

    void failed(String who, String why) {
      failure = who + ": " + why;
      LOG.errorf(
          "notification_failed approval=%s task=%s %s", approval.id(), approval.taskId(), failure);
      witness.failed(approval, failure);
    }

    Notification notification() {
      Instant first = before.notifiedAt();
      return new Notification(
          Notification.SCHEMA,
          approval.taskId(),
          approval.id(),
          first == null && hasReached ? now : first,
          before.attempts() + 1,
          failure,
          refs);
    }
  }

  private Channel channel(String address) throws IOException {
    return channels.stream()
        .filter(channel -> channel.reaches(address))
        .findFirst()
        .orElseThrow(() -> new IOException("no channel reaches the address"));
  }
}
