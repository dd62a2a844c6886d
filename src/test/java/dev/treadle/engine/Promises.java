package dev.treadle.engine;

import com.google.errorprone.annotations.FormatMethod;
import dev.treadle.OnExpiry;
import dev.treadle.Reason;
import dev.treadle.Status;
import dev.treadle.StepInput;
import dev.treadle.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Watches every write to the table and every effect outside, and throws at the first that breaks a
 * promise of the protocol. It keeps its own record of what was written, so that the table cannot
 * vouch for itself.
 *
 * <p>Once faults have stopped it also demands that every task keeps moving: {@link #demandMotion}.
 */
final class Promises extends ForwardingTaskStore {
  /** A message that waits for a worker which is busy with another task's step. */
  private static final Duration HOP = Duration.ofSeconds(60);

  /** Minute rounding of the index, and the watchdog's period. */
  private static final Duration TWO_MINUTES = Duration.ofMinutes(2);

  /** Tools whose effects nobody can take back. */
  private static final Set<String> FINAL = Set.of("send", "pay", "wire");

  private static final Instant NEVER = Instant.parse("9999-01-01T00:00:00Z");
  private static final int ITEMS_PER_WRITE_MAX = 100;
  private static final int HEAD_CHARS_MAX = 2_048;
  private static final int ITEM_CHARS_MAX = 400 * 1024;

  /** What is known of one task. */
  private static final class Known {
    Task head;
    final TaskInput input;
    final Map<String, LedgerRow> rows = new HashMap<>();
    final Map<String, Approval> approvals = new HashMap<>();
    final Set<Integer> answersKept = new HashSet<>();
    final Map<String, List<Decision>> decided = new HashMap<>();

    /** The first iteration after strangers' text was read. */
    int taintedFrom = Integer.MAX_VALUE;

    Instant movedAt;
    long microsRaised;
    long tokensRaised;
    int retriesRaised;
    int resumes;
    int claims;
    int givenBack;
    int entries;

    Known(Task head, TaskInput input, Instant now) {
      this.head = head;
      this.input = input;
      this.movedAt = now;
    }
  }

  private final Simulation world;
  private final Map<TaskId, Known> tasks = new HashMap<>();
  private Instant healthySince = Instant.MAX;

  Promises(TaskStore table, Simulation world) {
    super(table);
    this.world = world;
  }

  @FormatMethod
  private static void demand(boolean holds, String promise, @Nullable Object... details) {
    if (!holds) throw new AssertionError(promise.formatted(details));
  }

  private Known known(TaskId id) {
    return Objects.requireNonNull(tasks.get(id), () -> "unknown task " + id);
  }

  private Fiber me() {
    return Objects.requireNonNull(world.running(), "somebody writes");
  }

  // Writes.

  @Override
  public Begun begin(NewTask task) {
    Begun begun = store.begin(task);
    if (begun.existing().isEmpty()) begun(task);
    return begun;
  }

  private void begun(NewTask task) {
    TaskId id = task.task().id();
    demand(!tasks.containsKey(id), "task %s was started twice", id);
    Known fresh = new Known(task.task(), task.input(), world.instant());
    fresh.entries = task.task().iteration() - 1;
    if (isOfStrangers(task.task())) fresh.taintedFrom = 1;
    tasks.put(id, fresh);
    world.tally.count("tasks");
    world.people.started(id);
  }

  /** A fork has read, up to its first iteration, what its source had. */
  private boolean isOfStrangers(Task task) {
    TaskId source = task.origin().parent();
    if (source == null) return task.origin().triggeredBy().startsWith(People.STRANGER);
    boolean isTainted = known(source).taintedFrom <= task.iteration();
    if (isTainted) world.tally.count("forks after outside text");
    return isTainted;
  }

  @Override
  public Claimed claim(StepMessage message, Lease lease, Instant now) {
    Claimed claimed = store.claim(message, lease, now);
    Fiber me = me();
    me.claim = claimed.claim();
    world.tally.count("claim: " + claimed.claim().getClass().getSimpleName());
    world.tell("the table", claimed.claim().getClass().getSimpleName());
    switch (claimed.claim()) {
      case Claim.Granted(Task task) -> granted(me, task, lease);
      case Claim.AlreadyRecorded(Task task) -> me.seen.put(task.id(), task);
      case Claim.Exhausted(Task task, Reason _, String _) -> me.seen.put(task.id(), task);
      case Claim.Held _, Claim.TooEarly _, Claim.Obsolete _, Claim.Newer _ -> {}
    }
    return claimed;
  }

  private void granted(Fiber me, Task task, Lease lease) {
    Known known = known(task.id());
    Task before = known.head;
    me.seen.put(task.id(), task);
    me.token = lease.token();
    if (before.equals(task)) return; // The same claim again.
    Lease held = before.lease();
    demand(
        held == null || !held.isLiveAt(me.node.instant()),
        "%s took a live lease: %s",
        me.deed,
        before);
    demand(
        !me.node.instant().isBefore(before.attempts().notBefore()),
        "claimed too early: %s",
        before);
    if (held != null) world.tally.count("takeovers");
    known.claims++;
    moved(known, task);
  }

  @Override
  public Commit commit(Change change) {
    Commit answer = store.commit(change);
    Fiber me = me();
    TaskId id = change.to().id();
    world.tally.count("commit: " + answer.getClass().getSimpleName());
    switch (answer) {
      case Commit.Lost(Task current) -> me.seen.put(id, current);
      case Commit.Written(Task task) -> {
        Known known = known(id);
        if (!known.head.equals(task)) written(me, known, change);
        me.seen.put(id, task);
      }
    }
    return answer;
  }

  private void written(Fiber me, Known known, Change change) {
    Task before = known.head;
    Task after = change.to();
    demandSeen(me, before, "changed");
    demand(
        change.items().size() + change.rows().size() + change.approvals().size()
            < ITEMS_PER_WRITE_MAX,
        "too much in one write");
    demand(!me.node.name().equals(People.ROBOT), "a robot changed %s", before.id());
    demand(before.status() != Status.DONE, "done task %s changed", before.id());
    change.decisions().forEach(each -> decided(me, known, each));
    boolean resumes = before.status() == Status.FAILED;
    demand(!resumes || me.raise != null, "failed task %s changed without an operator", before.id());
    if (resumes) raised(known, Objects.requireNonNull(me.raise));
    followJournal(me, known, change);
    change.rows().forEach(row -> rowChanged(known, row));
    change.approvals().forEach(each -> approvalChanged(known, each));
    change.children().forEach(this::begun);
    if (after.lease() == null && after.attempts().left() > before.attempts().left()) {
      known.givenBack += after.iteration() == before.iteration() && !resumes ? 1 : 0;
    }
    moved(known, after);
    noteStop(before, known);
  }

  private static void raised(Known known, Raise raise) {
    known.microsRaised += raise.costMicros();
    known.tokensRaised += raise.tokens();
    known.retriesRaised += raise.retries();
    known.resumes++;
  }

  private void demandSeen(Fiber me, Task current, String deed) {
    Task seen = me.seen.get(current.id());
    demand(
        seen != null && seen.version() == current.version(),
        "%s %s %s, which it has not seen as it stands",
        me.deed,
        deed,
        current);
  }

  private void followJournal(Fiber me, Known known, Change change) {
    Task before = known.head;
    int entries = 0;
    String hash = before.progress().entriesHash();
    for (JournalItem item : change.items()) {
      switch (item) {
        case JournalItem.Entry entry -> {
          entries++;
          demand(entry.previous().equals(hash), "entry %s does not follow", entry.sortKey());
          hash = entry.hash();
          Lease lease = before.lease();
          demand(
              entry.iteration() == before.iteration() && lease != null,
              "an entry for iteration %s of %s",
              entry.iteration(),
              before);
          demand(lease.token().equals(me.token), "committed without the lease of %s", before);
          entry.calls().forEach(call -> demandAsInTheLedger(known, call));
          boolean isStrangers = entry.calls().stream().anyMatch(Promises::bringsOutsideText);
          if (isStrangers) known.taintedFrom = Math.min(known.taintedFrom, entry.iteration() + 1);
          if (entry.checkpoint() != null) world.people.marked(before.id(), entry.iteration());
        }
        case JournalItem.Note note -> {
          demand(note.previous().equals(hash), "note %s does not follow", note.sortKey());
          hash = note.hash();
          if (note.text().startsWith("too little time")) world.tally.count("too late for a call");
        }
        case JournalItem.Answer answer -> known.answersKept.add(answer.iteration());
        case JournalItem.Snapshot _ -> {}
      }
    }
    demand(change.to().progress().entriesHash().equals(hash), "the head forgets its journal");
    demand(
        change.to().iteration() == before.iteration() + entries && entries <= 1,
        "%s became iteration %s with %s entries",
        before,
        change.to().iteration(),
        entries);
    known.entries += entries;
    world.tally.add("iterations", entries);
  }

  private static boolean bringsOutsideText(JournalItem.CallEntry call) {
    return call.tool().equals("open") && call.result() == JournalItem.CallEntry.Result.SUCCEEDED;
  }

  /** The model is told of an action what the ledger says of it. */
  private static void demandAsInTheLedger(Known known, JournalItem.CallEntry call) {
    LedgerRow row = known.rows.get(call.actionKey());
    if (row == null) return;
    boolean isTrue =
        switch (call.result()) {
          case SUCCEEDED -> row.state() == LedgerRow.State.SUCCEEDED;
          case FAILED ->
              row.state() == LedgerRow.State.FAILED || row.state() == LedgerRow.State.PLANNED;
          case PENDING -> row.state() == LedgerRow.State.PLANNED;
        };
    demand(isTrue, "the journal says %s of %s", call.result(), row);
  }

  private void moved(Known known, Task after) {
    Task before = known.head;
    demand(after.version() == before.version() + 1, "version %s after %s", after.version(), before);
    known.head = after;
    known.movedAt = world.instant();
    demandBudget(known);
  }

  private void noteStop(Task before, Known known) {
    Task after = known.head;
    if (after.outcome() == null || after.outcome().equals(before.outcome())) return;
    world.tally.count("reason: " + after.outcome().reason().wireName());
    if (after.status() == Status.WAITING_FOR_HUMAN) world.people.asked(after);
    if (after.status() == Status.FAILED) world.people.failed(after.id());
    if (!after.status().isTerminal()) return;
    demand(
        known.approvals.values().stream().noneMatch(Approval::isOpen),
        "task %s ended and still asks a human",
        after.id());
  }

  private void demandBudget(Known known) {
    TaskId id = known.head.id();
    long micros = known.input.limits().budget().costMicros() + known.microsRaised;
    long tokens = known.input.limits().budget().tokens() + known.tokensRaised;
    Task.Funds funds = known.head.funds();
    demand(
        world.improviser.microsSpent(id) + funds.costMicrosLeft() <= micros,
        "spent %s micros and has %s left of %s",
        world.improviser.microsSpent(id),
        funds.costMicrosLeft(),
        micros);
    demand(
        world.improviser.tokensSpent(id) + funds.tokensLeft() <= tokens,
        "spent %s tokens and has %s left of %s",
        world.improviser.tokensSpent(id),
        funds.tokensLeft(),
        tokens);
    int retries = known.input.limits().retries().perTask() + known.retriesRaised;
    int failures = known.claims - known.givenBack - known.entries - 1;
    demand(
        failures <= retries + known.resumes,
        "%s attempts failed, %s retries were allowed and %s resumes",
        failures,
        retries,
        known.resumes);
  }

  private void rowChanged(Known known, LedgerRow row) {
    LedgerRow before = known.rows.put(row.key(), row);
    if (before == null) {
      demand(world.people.hasEdited(row.key()), "a row from nowhere: %s", row);
      demand(row.state() == LedgerRow.State.PLANNED, "edited and not asked about: %s", row);
      return;
    }
    boolean isSame = before.argumentsDigest().equals(row.argumentsDigest());
    demand(isSame, "another action under the key of %s: %s", before, row);
    if (before.state() == row.state()) return;
    demand(before.state() == LedgerRow.State.UNKNOWN, "%s became %s", before, row.state());
    demand(world.people.saidWhatHappened(row.key()), "nobody said what became of %s", before);
  }

  /** A person says one thing about one question, once, and again only when that was taken back. */
  private static void decided(Fiber me, Known known, Decision decision) {
    demand(
        decision.approver().equals(me.node.name()),
        "%s wrote the word of %s",
        me.node.name(),
        decision.approver());
    List<Decision> said =
        known.decided.computeIfAbsent(
            decision.approvalId() + "/" + decision.approver(), _ -> new ArrayList<>());
    boolean isTakingBack = decision.choice() == Decision.Choice.WITHDRAW;
    demand(
        said.isEmpty()
            ? !isTakingBack
            : isTakingBack == (said.getLast().choice() == Decision.Choice.APPROVE),
        "%s said %s after %s",
        decision.approver(),
        decision,
        said);
    said.add(decision);
  }

  private void approvalChanged(Known known, Approval approval) {
    Approval before = known.approvals.put(approval.id(), approval);
    if (before == null) {
      born(approval);
      return;
    }
    demand(before.isOpen(), "decided twice: %s then %s", before, approval);
    demand(approval.version() > before.version(), "changed unseen: %s", approval);
    boolean isSame =
        approval.action().equals(before.action()) && approval.terms().equals(before.terms());
    demand(isSame, "asked about something else: %s then %s", before, approval);
    int votes = approval.votes().size() - before.votes().size();
    int fewest = approval.isOpen() && world.people.takesBack(approval.id()) ? -1 : 0;
    demand(votes >= fewest && votes <= 1, "%s votes more in one change: %s", votes, approval);
    demandVotes(approval);
    if (approval.closing() == null) {
      stillOpen(before, approval);
      return;
    }
    Instant at = approval.closing().at();
    switch (approval.state()) {
      case OPEN, PARKED, VOID -> demand(false, "it cannot be so: %s", approval);
      case APPROVED -> {
        demandEnough(approval);
        demand(at.isBefore(before.expiresAt()), "approved after it expired: %s", approval);
      }
      case REJECTED -> demand(at.isBefore(before.expiresAt()), "rejected late: %s", approval);
      case EXPIRED -> {}
      case SUPERSEDED -> {}
    }
  }

  /** Asked by the loop, or by somebody who edited the action; nobody else has said anything yet. */
  private void born(Approval approval) {
    boolean isEdited = world.people.hasEdited(approval.id());
    demand(approval.votes().size() <= (isEdited ? 1 : 0), "born with votes: %s", approval);
    demandVotes(approval);
    if (approval.isOpen()) return;
    demand(isEdited && approval.state() == Approval.State.APPROVED, "born decided: %s", approval);
    demandEnough(approval);
    world.tally.count("edited and approved");
  }

  private void stillOpen(Approval before, Approval approval) {
    if (approval.state() == Approval.State.PARKED) {
      boolean isPatient =
          approval.kind() == Approval.Kind.OUTCOME
              || approval.terms().onExpiry() == OnExpiry.STAY_PARKED;
      demand(isPatient, "parked against its policy: %s", approval);
      world.tally.count("parked");
      return;
    }
    int extensions = approval.timing().extensions();
    if (extensions > before.timing().extensions()) {
      int asked = world.people.extensionsAskedFor(approval.id());
      demand(extensions <= asked, "extended %s times, asked %s: %s", extensions, asked, approval);
      demand(extensions <= Approval.Timing.EXTENSIONS_MAX, "extended for ever: %s", approval);
      world.tally.count("extended");
      return;
    }
    int votes = approval.votes().size() - before.votes().size();
    demand(votes != 0 && approval.timing().equals(before.timing()), "for nothing: %s", approval);
    world.tally.count(votes > 0 ? "one of several votes" : "votes taken back");
  }

  /** Distinct people, each of whom said yes to exactly this. */
  private void demandVotes(Approval approval) {
    Set<String> voters = new HashSet<>();
    for (Approval.Vote vote : approval.votes()) {
      demand(voters.add(vote.approver()), "%s counted twice: %s", vote.approver(), approval);
      demand(
          world.people.saysYesTo(approval.id(), vote.approver()),
          "%s never approved %s",
          vote.approver(),
          approval);
    }
  }

  private void demandEnough(Approval approval) {
    if (approval.kind() == Approval.Kind.OUTCOME) return;
    int votes = approval.votes().size();
    int needed = approval.terms().quorum().needed();
    demand(votes >= needed, "nobody approved, or %s of %s: %s", votes, needed, approval);
    if (needed > 1) world.tally.count("approved by several");
  }

  @Override
  public Fence intend(Task mine, JournalItem.Answer answer, List<LedgerRow> planned) {
    Fence fence = store.intend(mine, answer, planned);
    world.tally.count("intend: " + fence);
    if (fence != Fence.HELD) return fence;
    Known known = known(mine.id());
    demandOwner(known, "planned an action", false);
    known.answersKept.add(answer.iteration());
    planned.forEach(row -> known.rows.putIfAbsent(row.key(), row));
    return fence;
  }

  @Override
  public Fence start(Task mine, LedgerRow seen, LedgerRow started) {
    Fence fence = store.start(mine, seen, started);
    world.tally.count("start: " + fence);
    if (fence != Fence.HELD) return fence;
    Known known = known(mine.id());
    demandOwner(known, "started an action", me().startedKeys.contains(started.key()));
    LedgerRow before = known.rows.put(started.key(), started);
    demand(before != null, "started without an intent: %s", started);
    demand(
        before.state() == LedgerRow.State.PLANNED || before.state() == LedgerRow.State.STARTED,
        "started %s",
        before);
    me().startedKeys.add(started.key());
    world.people.acts(mine.id());
    return fence;
  }

  private void demandOwner(Known known, String deed, boolean isRepeated) {
    Fiber me = me();
    demandSeen(me, known.head, deed + " of");
    Lease lease = known.head.lease();
    demand(
        lease != null && lease.token().equals(me.token),
        "%s %s without the lease of %s",
        me.deed,
        deed,
        known.head);
    demand(
        known.head.cancel() == null || isRepeated,
        "%s %s after the cancel of %s",
        me.deed,
        deed,
        known.head);
  }

  @Override
  public LedgerRow settle(LedgerRow outcome) {
    LedgerRow standing = store.settle(outcome);
    Known known = known(outcome.taskId());
    LedgerRow before = known.rows.put(standing.key(), standing);
    demand(before != null, "an outcome without an intent: %s", outcome);
    if (before.state() == standing.state()) return standing;
    world.tally.count("settled: " + standing.state());
    demand(
        before.state() == LedgerRow.State.STARTED || before.state() == LedgerRow.State.UNKNOWN,
        "%s became %s",
        before,
        standing.state());
    demand(
        Objects.equals(before.startedBy(), standing.startedBy()),
        "%s was settled by another worker",
        before);
    if (before.state() == LedgerRow.State.UNKNOWN) world.tally.count("late words");
    return standing;
  }

  @Override
  public boolean requestCancel(TaskId id, Cancel cancel) {
    boolean requested = store.requestCancel(id, cancel);
    if (requested) sameVersion(id);
    return requested;
  }

  private void sameVersion(TaskId id) {
    Known known = known(id);
    Task now = store.find(id).orElseThrow();
    demand(now.version() == known.head.version(), "the version moved: %s", now);
    demand(!known.head.status().isTerminal(), "changed after its end: %s", now);
    known.head = now;
  }

  @Override
  public boolean resent(Task seen, Instant now, Instant wakeAt) {
    boolean noted = store.resent(seen, now, wakeAt);
    Fiber me = me();
    Task head = known(seen.id()).head;
    if (noted) {
      world.tally.count("resent");
      demandSeen(me, head, "sent again");
      Task mine = Objects.requireNonNull(me.seen.get(seen.id()));
      demand(
          mine.wake().lastEnqueueAt().equals(head.wake().lastEnqueueAt()),
          "%s sent again what somebody else had sent",
          me.deed);
      sameVersion(seen.id());
      me.refusedResend.remove(seen.id());
    } else {
      me.refusedResend.add(seen.id());
    }
    return noted;
  }

  @Override
  public Optional<Task> find(TaskId id) {
    Optional<Task> found = store.find(id);
    Fiber me = world.running();
    if (me != null) found.ifPresent(task -> me.seen.put(id, task));
    return found;
  }

  @Override
  public List<TaskId> due(int shard, Instant upTo, int most) {
    if (world.isFaulty() && world.chance(world.swarm.calls().staleIndex())) {
      world.tally.count("fault: stale index");
      // As it was, or as it would be: it may lack what is due and show what is not.
      Instant then = world.random.nextBoolean() ? upTo.minusSeconds(90) : upTo.plusSeconds(90);
      return store.due(shard, then, most);
    }
    return store.due(shard, upTo, most);
  }

  // What is done without the table.

  void raising(Raise raise) {
    me().raise = raise;
  }

  /** A message goes out. */
  void sent(StepMessage message) {
    Fiber me = world.running();
    if (me == null) return;
    demand(
        !me.refusedResend.contains(message.taskId()),
        "%s sent what the table says was sent by somebody else",
        me.deed);
    demand(
        !(me.claim instanceof Claim.Obsolete),
        "%s answered an obsolete message with another",
        me.deed);
    demand(!(me.claim instanceof Claim.Held), "%s sent while another worker runs it", me.deed);
    world.tally.count("sends");
  }

  /** A worker has decided about a message. */
  void disposed(StepMessage message, Disposition disposition) {
    Claim claim = me().claim;
    boolean mayBeTheOnlyCopy = claim instanceof Claim.Held || claim instanceof Claim.TooEarly;
    demand(
        !(mayBeTheOnlyCopy && disposition instanceof Disposition.Acknowledge),
        "gave up %s, though the table said %s",
        message,
        claim);
  }

  void runsPinned(StepInput input) {
    TaskInput pinned = known(input.taskId()).input;
    demand(
        input.agent().instructions().equals(pinned.instructions())
            && input.agent().limits().equals(pinned.limits())
            && input.agent().phases().equals(pinned.phases()),
        "task %s runs on another definition: %s",
        input.taskId(),
        input.agent().instructions());
  }

  void modelAsked(StepInput input) {
    Known known = known(input.taskId());
    // A worker that lost its lease may ask once more; what it hears will not count.
    boolean isOwner = known.head.isHeldBy(me().token);
    demand(
        !isOwner || !known.answersKept.contains(input.iteration()),
        "the model was asked again in iteration %s of %s",
        input.iteration(),
        input.taskId());
    demand(input.iteration() <= known.head.iteration(), "asked ahead: %s", input.iteration());
  }

  /** Something happened outside. */
  void effect(Outside.Arrival arrival) {
    LedgerRow row =
        tasks.values().stream()
            .map(known -> known.rows.get(arrival.key()))
            .filter(Objects::nonNull)
            .findFirst()
            .orElseThrow(() -> new AssertionError("an effect without an intent: " + arrival));
    Fiber me = me();
    world.tally.count("effects");
    demand(
        row.state() == LedgerRow.State.STARTED || row.state() == LedgerRow.State.UNKNOWN,
        "an effect of %s",
        row);
    demand(me.startedKeys.contains(row.key()), "%s did not start %s", me.deed, row);
    demand(
        row.arguments().path("text").asText().equals(arrival.text()),
        "%s happened, but %s was planned",
        arrival,
        row);
    demand(world.outside.effectsOfKey(row.key()) == 1, "happened again: %s", row);
    String approvalId = row.approvalId();
    boolean isTainted =
        row.iteration() >= known(row.taskId()).taintedFrom && FINAL.contains(row.tool());
    if (isTainted) world.tally.count("effects after outside text");
    demand(!isTainted || approvalId != null, "strangers may have asked for it: %s", row);
    if (approvalId == null) return;
    Approval approval = known(row.taskId()).approvals.get(approvalId);
    demand(
        approval != null && approval.state() == Approval.State.APPROVED,
        "nobody allowed %s: %s",
        row,
        approval);
    demand(
        approval.action().arguments().path("text").asText().equals(arrival.text()),
        "%s was approved, but %s happened",
        approval,
        arrival);
  }

  // Liveness, and the end.

  void faultsStopped() {
    healthySince = world.instant();
  }

  /** Promise 2: nothing that could move stands still for longer than the bound. */
  void demandMotion() {
    Duration bound =
        Defaults.LEASE.plus(TWO_MINUTES).plus(HOP).plus(world.swarm.skew().multipliedBy(2));
    Duration waited = bound.plus(world.swarm.skew().multipliedBy(2));
    Instant now = world.instant();
    for (Known known : tasks.values()) {
      Task task = known.head;
      if (task.status().isTerminal()) continue;
      Instant since = latest(healthySince, latest(known.movedAt, due(known)));
      demand(!now.isAfter(since.plus(waited)), "stuck: %s since %s, now %s", task, since, now);
    }
  }

  /** When somebody or something should move a task at the latest. */
  private static Instant due(Known known) {
    Task task = known.head;
    Instant deadline = task.funds().deadline();
    if (task.status() == Status.RUNNING) {
      Instant notBefore = task.attempts().notBefore();
      return notBefore.isBefore(deadline) ? notBefore : deadline;
    }
    return known.approvals.values().stream()
        .filter(each -> each.state() == Approval.State.OPEN)
        .map(Approval::expiresAt)
        .filter(deadline::isAfter)
        .min(Instant::compareTo)
        .orElse(deadline);
  }

  private static Instant latest(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /** When the watchdog may have something to do. */
  Instant nextWake() {
    Instant next = NEVER;
    for (Known known : tasks.values()) {
      Instant at = known.head.wake().at();
      if (at != null && at.isBefore(next)) next = at;
    }
    return next;
  }

  boolean allAreTerminal() {
    return tasks.values().stream().allMatch(known -> known.head.status().isTerminal());
  }

  long taskSeconds() {
    return tasks.values().stream()
        .mapToLong(known ->
            Duration.between(known.head.origin().triggeredAt(), known.head.since()).toSeconds())
        .sum();
  }

  /** The whole record against the table and the outside. */
  void atTheEnd() {
    tasks.values().forEach(this::atTheEnd);
    world
        .rows()
        .forEach(row -> {
          int most = row.key().endsWith("/HEAD") ? HEAD_CHARS_MAX : ITEM_CHARS_MAX;
          demand(row.text().length() <= most, "a large item: %s", row);
        });
  }

  private void atTheEnd(Known known) {
    TaskId id = known.head.id();
    Task head = store.find(id).orElseThrow();
    demand(head.equals(known.head), "the table has %s, written was %s", head, known.head);
    List<JournalItem> journal = store.journal(id, "LOG#");
    JournalCheck check = JournalCheck.of(head, journal);
    demand(check instanceof JournalCheck.Intact, "the journal of %s is broken: %s", id, check);
    Collection<LedgerRow> rows = store.ledger(id);
    demand(rows.size() == known.rows.size(), "rows of %s", id);
    for (LedgerRow row : rows) demandTrue(known, row);
  }

  /** The ledger says of each action what the outside says. */
  private void demandTrue(Known known, LedgerRow row) {
    LedgerRow written = known.rows.get(row.key());
    demand(
        written != null && written.state() == row.state(),
        "%s is not as written: %s",
        row,
        written);
    long effects = world.outside.effectsOfKey(row.key());
    long expected =
        switch (row.state()) {
          case SUCCEEDED -> 1;
          case PLANNED, FAILED -> 0;
          case STARTED, UNKNOWN -> effects;
        };
    demand(effects == expected, "%s happened %s times", row, effects);
  }
}
