package dev.treadle.approval;

import dev.treadle.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Lets callers in: checks a link's seal before anything is read, and then that the link was really
 * sent. Every refusal says the same.
 */
public final class Entrance {
  private final LinkKeys keys;
  private final LinkStore links;
  private final FailedAttempts failed = new FailedAttempts();

  public Entrance(LinkKeys keys, LinkStore links) {
    this.keys = keys;
    this.links = links;
  }

  LinkKeys keys() {
    return keys;
  }

  sealed interface Admission {}

  /** Who it is, and which task they may ask about. */
  record Admitted(TaskId taskId, String approverId) implements Admission {}

  record Turned(DeskAnswer away) implements Admission {}

  Admission admit(Caller caller, String approvalId, Instant now) {
    return switch (caller) {
      case Caller.Person(String id, TaskId taskId) -> new Admitted(taskId, id);
      case Caller.Bearer(String token, String from) ->
          Link.read(token, keys)
              .filter(link -> link.approvalId().equals(approvalId) && isKept(link))
              .<Admission>map(link -> new Admitted(link.taskId(), link.approver()))
              .orElseGet(() -> turnedAway(from, now));
    };
  }

  private boolean isKept(Link link) {
    boolean found = false;
    // Looks at every one, so that the time says nothing about which it was.
    for (StoredLink kept : links.of(link.taskId(), link.approvalId())) found |= kept.isOf(link);
    return found;
  }

  private Turned turnedAway(String from, Instant now) {
    Optional<Duration> wait = failed.add(from, now);
    return new Turned(
        wait.<DeskAnswer>map(DeskAnswer.TooManyAttempts::new).orElseGet(DeskAnswer.Unknown::new));
  }
}
