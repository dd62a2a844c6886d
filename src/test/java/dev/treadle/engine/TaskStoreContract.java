package dev.treadle.engine;

import static dev.treadle.engine.StoreSamples.NOW;
import static dev.treadle.engine.StoreSamples.lease;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.CanonicalJson;
import dev.treadle.Chain;
import dev.treadle.Json;
import dev.treadle.Limits;
import dev.treadle.Outcome;
import dev.treadle.Reason;
import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every table must do; an adapter passes when a subclass that opens it does. */
public abstract class TaskStoreContract {
  private static final TaskId ID = new TaskId("task:1.a_B-c");
  private static final int RACES = 40;
  private static final int SCHEMA_OF_TOMORROW = Task.SCHEMA + 1;

  private TaskStore store;

  /** An empty store. */
  protected abstract TaskStore open() throws Exception;

  /** The stored head in any form that shows every change of it. */
  protected abstract String rawHead(TaskId id);

  /** Writes only another schema number into a stored head. */
  protected abstract void markWritten(TaskId id, int schema);

  /** Runs an assertion on an index until it holds; an index that never lags needs no second run. */
  protected void eventually(Runnable assertion) {
    assertion.run();
  }

  @BeforeEach
  final void openStore() throws Exception {
    store = open();
  }

  // Start.

  @Test
  void aNewTaskIsThereAsItWasWritten() {
    NewTask task = StoreSamples.newTask(ID);

    assertThat(store.begin(task).existing()).isEmpty();

    assertThat(store.find(ID)).contains(task.task());
    assertSame(store.input(ID).stream().toList(), List.of(task.input()));
  }

  @Test
  void aTakenIdIsAnsweredWithTheInputThatStandsThere() {
    NewTask first = StoreSamples.newTask(ID);
    store.begin(first);
    Limits limits = StoreSamples.LIMITS.withMaxIterations(7);

    TaskStore.Begun second = store.begin(StoreSamples.newTask(ID, limits));

    assertThat(second.existing().map(TaskInput::limits)).contains(StoreSamples.LIMITS);
    assertThat(store.find(ID)).contains(first.task());
  }

  @Test
  void aForkBeginsWithItsJournal() {
    NewTask plain = StoreSamples.newTask(ID);
    JournalItem.Note note = StoreSamples.note(plain.task());

    store.begin(new NewTask(plain.task(), plain.input(), List.of(note)));

    assertThat(store.journal(ID, "LOG#")).containsExactly(note);
  }

  @Test
  void whatIsNotThereIsAbsentOrEmpty() {
    assertThat(store.find(ID)).isEmpty();
    assertThat(store.input(ID)).isEmpty();
    assertThat(store.journal(ID, "LOG#")).isEmpty();
    assertThat(store.ledger(ID)).isEmpty();
    assertThat(store.rows(ID, List.of("no-such-key"))).isEmpty();
    assertThat(store.approval(ID, "no-such-approval")).isEmpty();
    assertThat(store.approvals(ID)).isEmpty();
    assertThat(store.children(ID)).isEmpty();
  }

  @Test
  void anIdThatBeginsWithAnotherIsAnotherTask() {
    TaskId longer = new TaskId(ID + "-2");
    Task task = begun(ID);
    Task other = begun(longer);
    commitStep(claimed(task, "w-1", NOW));
    commitStep(claimed(other, "w-2", NOW));

    assertThat(store.journal(ID, "LOG#")).extracting(JournalItem::taskId).containsOnly(ID);
    assertThat(store.journal(longer, "LOG#")).extracting(JournalItem::taskId).containsOnly(longer);
  }

  // Claim.

  @Test
  void aClaimTakesTheLeaseAndBringsTheInput() {
    Task task = begun(ID);

    Claimed claimed = store.claim(task.due(), lease("w-1", NOW), NOW);

    Task expected = task.claimed(lease("w-1", NOW));
    assertThat(claimed.claim()).isEqualTo(new Claim.Granted(expected));
    assertThat(claimed.recall().map(recall -> recall.input().taskId())).contains(ID);
    assertThat(claimed.recall().map(Recall::items)).contains(List.of());
    assertThat(store.find(ID)).contains(expected);
  }

  @Test
  void aClaimWhoseReplyWasLostIsGrantedAgainAndTakesNothingTwice() {
    Task task = begun(ID);
    Claimed first = store.claim(task.due(), lease("w-1", NOW), NOW);
    String head = rawHead(ID);

    Claimed again = store.claim(task.due(), lease("w-1", NOW), NOW.plusSeconds(1));

    assertThat(again.claim()).isEqualTo(first.claim());
    assertThat(again.recall()).isPresent();
    assertThat(rawHead(ID)).isEqualTo(head);
  }

  @Test
  void aClaimWhileTheLeaseLivesIsHeld() {
    Task task = begun(ID);
    claimed(task, "w-1", NOW);

    assertRefused(
        task.due(),
        NOW.plus(Defaults.LEASE).minusNanos(1),
        new Claim.Held(NOW.plus(Defaults.LEASE)));
  }

  @Test
  void aClaimAfterTheLeaseEndedTakesOverAndCountsTheLostWorker() {
    Task task = begun(ID);
    claimed(task, "w-1", NOW);

    Task second = claimed(task, "w-2", NOW.plus(Defaults.LEASE));

    assertThat(second.workersLost()).isEqualTo(1);
    assertThat(second.isHeldBy("w-2")).isTrue();
  }

  @Test
  void aClaimBeforeTheEndOfTheBackoffIsTooEarly() {
    Task task = begun(ID);
    Task mine = claimed(task, "w-1", NOW);
    Instant notBefore = NOW.plusSeconds(8);
    write(mine, mine.released(notBefore, Usage.NONE, false, "h", NOW), StoreSamples.note(mine));

    assertRefused(task.due(), notBefore.minusNanos(1), new Claim.TooEarly(notBefore));
    assertThat(claimed(task, "w-2", notBefore).attempts().left()).isEqualTo(1);
  }

  @Test
  void aCancelledTaskIsExhausted() {
    Task task = begun(ID);
    store.requestCancel(ID, cancel("ada"));

    assertExhausted(task.due(), NOW, Reason.CANCELLED);
  }

  @Test
  void aTaskPastItsDeadlineIsExhausted() {
    Task task = begun(ID);

    assertExhausted(task.due(), task.funds().deadline(), Reason.DEADLINE_EXCEEDED);
  }

  @Test
  void anIterationWithoutAttemptsIsExhausted() {
    Task task = begun(ID, StoreSamples.LIMITS.withRetries(new Limits.Retries(1, 20)));
    claimed(task, "w-1", NOW);

    assertExhausted(task.due(), NOW.plus(Defaults.LEASE), Reason.RETRIES_EXHAUSTED);
  }

  @Test
  void aTaskThatCannotPayTheNextStepIsExhausted() {
    Limits.Budget budget = new Limits.Budget(999, 2_000, 5, Duration.ofDays(1));
    Task task = begun(ID, StoreSamples.LIMITS.withBudget(budget));

    assertExhausted(task.due(), NOW, Reason.BUDGET_EXHAUSTED);
  }

  @Test
  void aMessageOfATaskThatIsNotThereIsObsolete() {
    StepMessage message = new StepMessage(new TaskId("nobody"), 1, 0);

    Claimed claimed = store.claim(message, lease("w-1", NOW), NOW);

    assertThat(claimed).isEqualTo(new Claimed(new Claim.Obsolete(), Optional.empty()));
    assertThat(store.find(message.taskId())).isEmpty();
  }

  @Test
  void aMessageOfALaterIterationIsObsolete() {
    begun(ID);

    assertRefused(new StepMessage(ID, 2, 0), NOW, new Claim.Obsolete());
  }

  @Test
  void aMessageOfAStoppedOrWaitingTaskIsObsolete() {
    Task task = begun(ID);
    Task mine = claimed(task, "w-1", NOW);
    Task waiting =
        StoreSamples.next(mine, NOW).waiting(StoreSamples.WAITS, NOW.plusSeconds(60), NOW);
    write(mine, waiting);
    assertRefused(waiting.due(), NOW.plusSeconds(90), new Claim.Obsolete());

    Outcome why = new Outcome(Reason.APPROVAL_EXPIRED, "nobody decided");
    write(waiting, waiting.ended(why, "h", NOW));
    assertRefused(waiting.due(), NOW.plusSeconds(90), new Claim.Obsolete());
  }

  @Test
  void anOlderMessageIsObsoleteWhileTheCurrentOneMayBeInFlight() {
    Task task = begun(ID);
    commitStep(claimed(task, "w-1", NOW));

    assertRefused(task.due(), NOW.plus(Defaults.HEAL_GRACE), new Claim.Obsolete());
  }

  @Test
  void anOlderMessageHealsWhenTheCurrentOneIsSurelyLost() {
    Task task = begun(ID);
    Task next = commitStep(claimed(task, "w-1", NOW));

    Instant late = NOW.plus(Defaults.HEAL_GRACE).plusNanos(1);
    assertRefused(task.due(), late, new Claim.AlreadyRecorded(next));
  }

  @Test
  void anOlderMessageIsObsoleteWhileTheCurrentIterationRuns() {
    Task task = begun(ID);
    Task next = commitStep(claimed(task, "w-1", NOW));
    Instant late = NOW.plus(Defaults.HEAL_GRACE).plusNanos(1);
    claimed(next, "w-2", late);

    assertRefused(task.due(), late.plusSeconds(1), new Claim.Obsolete());
  }

  @Test
  void ofTwoWorkersThatRaceForAClaimExactlyOneIsGranted() throws InterruptedException {
    for (int round = 0; round < RACES; round++) {
      Task task = begun(new TaskId("race-" + round));
      List<Claim> answers =
          race(worker -> store.claim(task.due(), lease("w-" + worker, NOW), NOW).claim());

      assertThat(answers).filteredOn(Claim.Granted.class::isInstance).hasSize(1);
      assertThat(answers).filteredOn(Claim.Held.class::isInstance).hasSize(1);
      assertThat(store.find(task.id()).map(Task::version)).contains(2L);
    }
  }

  // A newer engine's tasks.

  @Test
  void aTaskOfANewerSchemaIsNotClaimed() {
    Task task = begun(ID);
    markWritten(ID, SCHEMA_OF_TOMORROW);

    assertRefused(task.due(), NOW, new Claim.Newer(SCHEMA_OF_TOMORROW));
  }

  @Test
  void noCallChangesATaskOfANewerSchema() {
    Task mine = claimed(begun(ID), "w-1", NOW);
    LedgerRow planned = StoreSamples.planned(mine, 0);
    store.intend(mine, StoreSamples.answer(mine, "x"), List.of(planned));
    List<JournalItem> journal = store.journal(ID, "LOG#");
    markWritten(ID, SCHEMA_OF_TOMORROW);
    String head = rawHead(ID);

    LedgerRow started = StoreSamples.started(planned, mine);
    Change change =
        Change.of(mine, StoreSamples.next(mine, NOW), StoreSamples.entry(mine, "before"));
    Stream.<ThrowingCallable>of(
            () -> store.find(ID),
            () -> store.commit(change),
            () -> store.intend(mine, StoreSamples.answer(mine, "x"), List.of(planned)),
            () -> store.start(mine, planned, started),
            () -> store.requestCancel(ID, cancel("ada")),
            () -> store.resent(mine, NOW, NOW.plusSeconds(60)))
        .forEach(call ->
            assertThatThrownBy(call)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(ID.value())
                .hasMessageContaining("schema " + SCHEMA_OF_TOMORROW)
                .hasMessageContaining("up to " + Task.SCHEMA));

    assertThat(rawHead(ID)).isEqualTo(head);
    assertThat(store.journal(ID, "LOG#")).isEqualTo(journal);
    assertThat(store.ledger(ID)).extracting(LedgerRow::state).containsOnly(LedgerRow.State.PLANNED);
  }

  // Commit.

  @Test
  void aCommitWritesTheHeadAndAllThatBelongsToIt() {
    Task mine = claimed(begun(ID), "w-1", NOW);
    Task next = StoreSamples.next(mine, NOW);
    LedgerRow row = StoreSamples.planned(mine, 0);
    Approval approval = StoreSamples.approval(row, NOW);
    JournalItem entry = StoreSamples.entry(mine, "before");
    JournalItem snapshot = StoreSamples.snapshot(mine);

    Commit answer =
        store.commit(Change.of(mine, next, snapshot, entry).acting(row).asking(approval));

    assertThat(answer).isEqualTo(new Commit.Written(next));
    assertThat(store.find(ID)).contains(next);
    assertSame(store.journal(ID, "LOG#"), List.of(entry, snapshot));
    assertSame(store.ledger(ID), List.of(row));
    assertSame(store.approvals(ID), List.of(approval));
  }

  @Test
  void aCommitWhoseReplyWasLostIsWrittenAgainAndChangesNothing() {
    Task mine = claimed(begun(ID), "w-1", NOW);
    Task next = StoreSamples.next(mine, NOW);
    Change change = Change.of(mine, next, StoreSamples.entry(mine, "before"));
    store.commit(change);
    String head = rawHead(ID);

    assertThat(store.commit(change)).isEqualTo(new Commit.Written(next));

    assertThat(rawHead(ID)).isEqualTo(head);
    assertThat(store.journal(ID, "LOG#")).hasSize(1);
  }

  @Test
  void aWorkerThatLostItsLeaseWritesNothing() {
    Task task = begun(ID);
    Task mine = claimed(task, "w-1", NOW);
    Task theirs = claimed(task, "w-2", NOW.plus(Defaults.LEASE));

    assertLost(mine, theirs);
  }

  @Test
  void aCommitAfterARequestToStopIsLostAndShowsTheRequest() {
    Task mine = claimed(begun(ID), "w-1", NOW);
    store.requestCancel(ID, cancel("ada"));

    assertLost(mine, mine.cancelRequested(cancel("ada")));
  }

  @Test
  void aCommitOverACommitIsLost() {
    Task mine = claimed(begun(ID), "w-1", NOW);
    Task next = StoreSamples.next(mine, NOW);
    write(mine, next);

    assertThat(store.commit(Change.of(mine, StoreSamples.next(mine, NOW.plusSeconds(1)))))
        .isEqualTo(new Commit.Lost(next));
  }

  @Test
  void ofTwoCommitsThatRaceExactlyOneIsWritten() throws InterruptedException {
    for (int round = 0; round < RACES; round++) {
      Task mine = claimed(begun(new TaskId("race-" + round)), "w-1", NOW);
      List<Commit> answers =
          race(worker ->
              store.commit(Change.of(mine, StoreSamples.next(mine, NOW.plusSeconds(worker)))));

      assertThat(answers).filteredOn(Commit.Written.class::isInstance).hasSize(1);
      assertThat(answers).filteredOn(Commit.Lost.class::isInstance).hasSize(1);
    }
  }

  @Test
  void aJournalItemIsNeverRewritten() {
    Task first = claimed(begun(ID), "w-1", NOW);
    JournalItem entry = StoreSamples.entry(first, "before");
    Task next = StoreSamples.next(first, NOW);
    write(first, next, entry);
    Task second = claimed(next, "w-2", NOW);
    Change change =
        Change.of(second, StoreSamples.next(second, NOW), StoreSamples.bareEntry(first));

    assertThatThrownBy(() -> store.commit(change)).hasMessageContaining(ID.value());

    assertSame(store.journal(ID, "LOG#"), List.of(entry));
    assertThat(store.find(ID)).contains(second);
  }

  @Test
  void aCommitReplacesRowsAndApprovals() {
    Task mine = claimed(begun(ID), "w-1", NOW);
    LedgerRow row = StoreSamples.planned(mine, 0);
    Approval approval = StoreSamples.approval(row, NOW);
    Task waiting =
        StoreSamples.next(mine, NOW).waiting(StoreSamples.WAITS, NOW.plusSeconds(60), NOW);
    store.commit(Change.of(mine, waiting).acting(row).asking(approval));
    LedgerRow unknown = StoreSamples.started(row, mine).unknown();
    Approval closed = approval.closed(Approval.State.REJECTED, "ada", NOW, "too dear");
    Task answered = waiting.answered(waiting.progress(), "h", NOW);

    store.commit(Change.of(waiting, answered).acting(unknown).asking(closed));

    assertSame(store.ledger(ID), List.of(unknown));
    assertSame(store.approval(ID, approval.id()).stream().toList(), List.of(closed));
  }

  // Children.

  private static NewTask child(Task parent) {
    return StoreSamples.newTask(Succession.childOf(parent.id(), "mailer"));
  }

  private static Change ending(Task mine, List<NewTask> children) {
    Task done =
        StoreSamples.next(mine, NOW).stopped(new Outcome(Reason.TASK_COMPLETE, "done"), NOW);
    return Change.of(mine, done, StoreSamples.entry(mine, "before")).starting(children);
  }

  @Test
  void aCommitWritesTheTasksThatItStarts() {
    Task mine = claimed(begun(ID), "w-1", NOW);
    NewTask child = child(mine);
    NewTask other = StoreSamples.newTask(Succession.childOf(ID, "archivist"));
    Change change = ending(mine, List.of(child, other));

    assertThat(store.commit(change)).isEqualTo(new Commit.Written(change.to()));

    assertThat(store.find(child.task().id())).contains(child.task());
    assertSame(store.input(child.task().id()).stream().toList(), List.of(child.input()));
    assertThat(store.children(ID)).containsExactlyInAnyOrder(child.task().id(), other.task().id());
    Task started = claimed(child.task(), "w-2", NOW);
    assertThat(started.version()).isEqualTo(2);
    assertThat(store.commit(change)).isEqualTo(new Commit.Written(change.to()));
    assertThat(store.find(child.task().id())).contains(started);
  }

  @Test
  void aStartedTaskIsDueAtOnceSoThatALostMessageIsHealed() {
    Task mine = claimed(begun(ID), "w-1", NOW);
    NewTask child = child(mine);
    store.commit(ending(mine, List.of(child)));

    int shard = Shard.of(child.task().id());
    eventually(
        () -> assertThat(store.due(shard, NOW.plusSeconds(60), 10)).contains(child.task().id()));
  }

  @Test
  void aCommitWhoseChildsIdIsTakenWritesNothing() {
    Task mine = claimed(begun(ID), "w-1", NOW);
    NewTask child = child(mine);
    store.begin(child);

    assertThatThrownBy(() -> store.commit(ending(mine, List.of(child))))
        .hasMessageContaining("exists already");

    assertThat(store.find(ID)).contains(mine);
    assertThat(store.journal(ID, "LOG#")).isEmpty();
    assertThat(store.children(ID)).isEmpty();
  }

  @Test
  void theMostChildrenWithTheLongestInputsFitOneCommitWithTheLongestEntry() {
    Task mine = claimed(begun(ID), "w-1", NOW);
    List<NewTask> children = new ArrayList<>();
    Random noise = new Random(7);
    for (int i = 0; i < Chain.PER_AGENT_MAX; i++) {
      TaskId id = Succession.childOf(ID, "agent-" + i);
      NewTask plain = StoreSamples.newTask(id);
      byte[] bytes = new byte[Defaults.INPUT_BYTES_MAX / Chain.PER_AGENT_MAX * 3 / 4];
      noise.nextBytes(bytes);
      String text = Base64.getEncoder().encodeToString(bytes);
      children.add(
          new NewTask(
              plain.task(),
              StoreSamples.input(id, StoreSamples.LIMITS, Json.object().put("text", text)),
              List.of()));
    }
    byte[] memory = new byte[Defaults.SNAPSHOT_CHARS_MAX * 3 / 4 - 2_000];
    noise.nextBytes(memory);
    JournalItem.Snapshot snapshot =
        StoreSamples.snapshot(mine, Base64.getEncoder().encodeToString(memory));
    Change ending = ending(mine, children);
    Change largest =
        Change.of(ending.from(), ending.to(), ending.items().getFirst(), snapshot)
            .starting(children);

    assertThat(store.commit(largest)).isEqualTo(new Commit.Written(ending.to()));

    assertThat(store.children(ID)).hasSize(Chain.PER_AGENT_MAX);
  }

  // The ledger.

  @Test
  void anIntentKeepsTheAnswerAndThePlan() {
    Task mine = claimed(begun(ID), "w-1", NOW);
    JournalItem.Answer answer = StoreSamples.answer(mine, "I send two mails.");
    List<LedgerRow> planned = List.of(StoreSamples.planned(mine, 0), StoreSamples.planned(mine, 1));

    assertThat(store.intend(mine, answer, planned)).isEqualTo(Fence.HELD);

    assertThat(store.journal(ID, JournalItem.firstKey(1))).containsExactly(answer);
    assertSame(store.ledger(ID), planned);
    assertThat(store.find(ID)).contains(mine);
  }

  @Test
  void anIntentWhoseReplyWasLostIsHeldAndLeavesRowsAsTheyAre() {
    Task mine = claimed(begun(ID), "w-1", NOW);
    LedgerRow planned = StoreSamples.planned(mine, 0);
    JournalItem.Answer answer = StoreSamples.answer(mine, "I send a mail.");
    store.intend(mine, answer, List.of(planned));
    LedgerRow started = StoreSamples.started(planned, mine);
    store.start(mine, planned, started);

    LedgerRow another = StoreSamples.planned(mine, 1);
    assertThat(store.intend(mine, answer, List.of(planned, another))).isEqualTo(Fence.HELD);

    assertSame(store.ledger(ID), List.of(started, another));
    assertThat(store.journal(ID, "LOG#")).containsExactly(answer);
  }

  @Test
  void theAnswerOfAnIterationIsKeptOnce() {
    Task mine = claimed(begun(ID), "w-1", NOW);
    JournalItem.Answer answer = StoreSamples.answer(mine, "I send a mail.");
    store.intend(mine, answer, List.of());
    List<LedgerRow> planned = List.of(StoreSamples.planned(mine, 0));

    assertThatThrownBy(() -> store.intend(mine, StoreSamples.answer(mine, "I wait."), planned))
        .hasMessageContaining(ID.value());

    assertThat(store.journal(ID, "LOG#")).containsExactly(answer);
    assertThat(store.ledger(ID)).isEmpty();
  }

  @Test
  void aWorkerThatLostItsLeasePlansAndStartsNothing() {
    Task task = begun(ID);
    Task mine = claimed(task, "w-1", NOW);
    LedgerRow planned = StoreSamples.planned(mine, 0);
    JournalItem.Answer answer = StoreSamples.answer(mine, "x");
    store.intend(mine, answer, List.of(planned));
    Task theirs = claimed(task, "w-2", NOW.plus(Defaults.LEASE));

    List<LedgerRow> more = List.of(StoreSamples.planned(mine, 1));
    assertThat(store.intend(mine, answer, more)).isEqualTo(Fence.LOST);
    assertThat(store.start(mine, planned, StoreSamples.started(planned, mine)))
        .isEqualTo(Fence.LOST);

    assertSame(store.ledger(ID), List.of(planned));
    assertThat(store.find(ID)).contains(theirs);
  }

  @Test
  void aRequestToStopComesBeforeTheNextAction() {
    Task mine = claimed(begun(ID), "w-1", NOW);
    LedgerRow planned = StoreSamples.planned(mine, 0);
    JournalItem.Answer answer = StoreSamples.answer(mine, "x");
    store.intend(mine, answer, List.of(planned));
    store.requestCancel(ID, cancel("ada"));

    List<LedgerRow> more = List.of(StoreSamples.planned(mine, 1));
    assertThat(store.intend(mine, answer, more)).isEqualTo(Fence.CANCELLED);
    assertThat(store.start(mine, planned, StoreSamples.started(planned, mine)))
        .isEqualTo(Fence.CANCELLED);

    assertSame(store.ledger(ID), List.of(planned));
  }

  @Test
  void aStartWhoseReplyWasLostIsHeld() {
    Task mine = claimed(begun(ID), "w-1", NOW);
    LedgerRow planned = intended(mine);
    LedgerRow started = StoreSamples.started(planned, mine);

    assertThat(store.start(mine, planned, started)).isEqualTo(Fence.HELD);
    assertThat(store.start(mine, planned, started)).isEqualTo(Fence.HELD);

    assertSame(store.rows(ID, List.of(planned.key(), "no-such-key")), List.of(started));
  }

  @Test
  void aRowThatMovedOnIsNotStarted() {
    Task mine = claimed(begun(ID), "w-1", NOW);
    LedgerRow planned = intended(mine);
    LedgerRow started = StoreSamples.started(planned, mine);
    store.start(mine, planned, started);
    LedgerRow done = StoreSamples.succeeded(started);
    store.settle(done);

    assertThat(store.start(mine, planned, started)).isEqualTo(Fence.LOST);

    assertSame(store.ledger(ID), List.of(done));
  }

  @Test
  void anOutcomeIsKeptThoughTheLeaseIsLost() {
    Task task = begun(ID);
    Task mine = claimed(task, "w-1", NOW);
    LedgerRow planned = intended(mine);
    LedgerRow started = StoreSamples.started(planned, mine);
    store.start(mine, planned, started);
    claimed(task, "w-2", NOW.plus(Defaults.LEASE));
    LedgerRow done = StoreSamples.succeeded(started);

    assertSame(List.of(store.settle(done)), List.of(done));
    assertSame(List.of(store.settle(done)), List.of(done));

    assertSame(store.ledger(ID), List.of(done));
  }

  @Test
  void anOutcomeIsRefusedOnceTheRowMovedOn() {
    Task task = begun(ID);
    Task mine = claimed(task, "w-1", NOW);
    LedgerRow planned = intended(mine);
    LedgerRow started = StoreSamples.started(planned, mine);
    store.start(mine, planned, started);
    Task theirs = claimed(task, "w-2", NOW.plus(Defaults.LEASE));
    LedgerRow restarted = StoreSamples.started(started, theirs);
    assertThat(store.start(theirs, started, restarted)).isEqualTo(Fence.HELD);

    assertSame(List.of(store.settle(StoreSamples.succeeded(started))), List.of(restarted));

    assertSame(store.ledger(ID), List.of(restarted));
  }

  @Test
  void anOutcomeMayComeAfterTheRowWasHeldForUnknown() {
    Task mine = claimed(begun(ID), "w-1", NOW);
    LedgerRow planned = intended(mine);
    LedgerRow started = StoreSamples.started(planned, mine);
    store.start(mine, planned, started);
    store.settle(started.unknown());

    LedgerRow done = StoreSamples.succeeded(started);
    assertSame(List.of(store.settle(done)), List.of(done));
  }

  @Test
  void ofTwoStartsThatRaceForARowExactlyOneIsHeld() throws InterruptedException {
    for (int round = 0; round < RACES; round++) {
      Task mine = claimed(begun(new TaskId("race-" + round)), "w-1", NOW);
      LedgerRow planned = intended(mine);
      Lease lease = Optional.ofNullable(mine.lease()).orElseThrow();
      List<Fence> answers =
          race(worker ->
              store.start(mine, planned, planned.startedBy(lease, NOW.plusSeconds(worker), NOW)));

      assertThat(answers).containsExactlyInAnyOrder(Fence.HELD, Fence.LOST);
    }
  }

  @Test
  void theLedgerIsInTheOrderOfItsCalls() {
    Task first = claimed(begun(ID), "w-1", NOW);
    List<LedgerRow> rows = new ArrayList<>();
    for (int ordinal = 0; ordinal < 12; ordinal++) rows.add(StoreSamples.planned(first, ordinal));
    store.intend(first, StoreSamples.answer(first, "x"), rows);
    Task next = StoreSamples.next(first, NOW);
    write(first, next);
    Task second = claimed(next, "w-2", NOW);
    rows.add(intended(second));

    assertSame(store.ledger(ID), rows);
  }

  // Requests to stop.

  @Test
  void theFirstRequestToStopStands() {
    Task task = begun(ID);

    assertThat(store.requestCancel(ID, cancel("ada"))).isTrue();
    assertThat(store.requestCancel(ID, cancel("bob"))).isFalse();

    assertThat(store.find(ID)).contains(task.cancelRequested(cancel("ada")));
  }

  @Test
  void aRequestToStopWhoseReplyWasLostMayBeRepeated() {
    begun(ID);
    store.requestCancel(ID, cancel("ada"));

    assertThat(store.requestCancel(ID, cancel("ada"))).isTrue();
  }

  @Test
  void anEndedOrUnknownTaskTakesNoRequestToStop() {
    Task task = begun(ID);
    Task ended = task.ended(new Outcome(Reason.DEADLINE_EXCEEDED, "late"), "h", NOW);
    write(task, ended);

    assertThat(store.requestCancel(ID, cancel("ada"))).isFalse();
    assertThat(store.requestCancel(new TaskId("nobody"), cancel("ada"))).isFalse();

    assertThat(store.find(ID)).contains(ended);
    assertThat(store.find(new TaskId("nobody"))).isEmpty();
  }

  // Sending again.

  @Test
  void ofTwoWatchdogsOneSends() {
    Task seen = begun(ID);
    Instant now = NOW.plusSeconds(60);

    assertThat(store.resent(seen, now, now.plusSeconds(60))).isTrue();
    assertThat(store.resent(seen, now.plusSeconds(1), now.plusSeconds(61))).isFalse();

    assertThat(store.find(ID)).contains(seen.resent(now, now.plusSeconds(60)));
  }

  @Test
  void aTaskThatMovedOnIsNotSentAgain() {
    Task seen = begun(ID);
    Task mine = claimed(seen, "w-1", NOW);

    assertThat(store.resent(seen, NOW.plusSeconds(60), NOW.plusSeconds(120))).isFalse();
    assertThat(store.resent(StoreSamples.newTask(new TaskId("nobody")).task(), NOW, NOW)).isFalse();

    assertThat(store.find(ID)).contains(mine);
  }

  @Test
  void aSendKeepsARequestToStopThatItHasNotSeen() {
    Task seen = begun(ID);
    store.requestCancel(ID, cancel("ada"));

    assertThat(store.resent(seen, NOW.plusSeconds(60), NOW.plusSeconds(120))).isTrue();

    assertThat(store.find(ID).map(Task::cancel)).contains(cancel("ada"));
  }

  // The journal.

  @Test
  void theJournalIsInTheOrderOfItsIterations() {
    Task first = claimed(begun(ID), "w-1", NOW);
    JournalItem.Answer answer = StoreSamples.answer(first, "x");
    store.intend(first, answer, List.of());
    JournalItem.Note note = StoreSamples.note(first);
    Task released = first.released(NOW, Usage.NONE, false, "h", NOW);
    write(first, released, note);
    Task again = claimed(released, "w-2", NOW);
    JournalItem entry = StoreSamples.bareEntry(again);
    JournalItem snapshot = StoreSamples.snapshot(again);
    Task next = StoreSamples.next(again, NOW);
    write(again, next, snapshot, entry);
    Task second = claimed(next, "w-3", NOW);
    JournalItem last = StoreSamples.entry(second, "before");
    write(second, StoreSamples.next(second, NOW), last);

    assertSame(store.journal(ID, "LOG#"), List.of(answer, note, entry, snapshot, last));
    assertSame(store.journal(ID, JournalItem.firstKey(2)), List.of(last));
    assertSame(store.journal(ID, JournalItem.firstKeyFromSnapshot(1)), List.of(snapshot, last));
    assertSame(store.journalOf(ID, 1, 1), List.of(answer, note, entry, snapshot));
    assertSame(store.journalOf(ID, 2, 9), List.of(last));
    assertSame(store.journalOf(ID, 1, 2), store.journal(ID, "LOG#"));
  }

  @Test
  void anEntryThatWasReadHasTheHashItWasWrittenWith() {
    Task mine = claimed(begun(ID), "w-1", NOW);
    JournalItem.Entry entry = StoreSamples.entry(mine, "before");
    JournalItem.Note note = StoreSamples.note(mine);
    write(mine, StoreSamples.next(mine, NOW), entry, note);

    assertThat(store.journal(ID, "LOG#"))
        .map(item ->
            switch (item) {
              case JournalItem.Entry read -> read.hash();
              case JournalItem.Note read -> read.hash();
              case JournalItem.Answer _, JournalItem.Snapshot _ -> "";
            })
        .containsExactly(note.hash(), entry.hash());
  }

  @Test
  void aBigEntryComesBackWhole() {
    Task mine = claimed(begun(ID), "w-1", NOW);
    JournalItem.Answer answer = StoreSamples.answer(mine, "Übergröße 📦".repeat(60_000));

    write(mine, StoreSamples.next(mine, NOW), answer);

    assertThat(store.journal(ID, "LOG#")).containsExactly(answer);
  }

  /** An item of DynamoDB ends at 400 KB: what nothing compresses must be split below that. */
  @Test
  void documentsOfEverySizeAroundTheLargestItemComeBackWhole() {
    for (int kilobytes = 360; kilobytes <= 520; kilobytes += 10) {
      Task mine = claimed(begun(new TaskId("t-" + kilobytes)), "w-1", NOW);
      JournalItem.Answer answer = StoreSamples.answer(mine, noise(kilobytes * 1024));

      write(mine, StoreSamples.next(mine, NOW), answer);

      assertThat(store.journal(mine.id(), "LOG#")).containsExactly(answer);
    }
  }

  @Test
  void theLargestRowComesBackWhole() {
    Task mine = claimed(begun(ID), "w-1", NOW);
    LedgerRow planned = StoreSamples.planned(mine, 0);
    store.intend(mine, StoreSamples.answer(mine, "x"), List.of(planned));
    LedgerRow started = StoreSamples.started(planned, mine);
    store.start(mine, planned, started);
    JsonNode result = Json.tree(noise(Defaults.ROW_BYTES_MAX));
    LedgerRow done = started.settled(LedgerRow.State.SUCCEEDED, result);

    assertSame(List.of(store.settle(done)), List.of(done));

    assertSame(store.ledger(ID), List.of(done));
  }

  /** Text that hardly becomes smaller: each byte is one of 94. */
  private static String noise(int bytes) {
    Random random = new Random(bytes);
    StringBuilder text = new StringBuilder(bytes);
    while (text.length() < bytes) text.append((char) ('!' + random.nextInt(94)));
    return text.toString();
  }

  @Test
  void aClaimReadsFromTheNewestSnapshotWhateverTheMessageHints() {
    Task first = claimed(begun(ID), "w-1", NOW);
    JournalItem snapshot = StoreSamples.snapshot(first);
    Task next = StoreSamples.next(first, NOW).withProgress(snapshotAt(first, 1));
    write(first, next, StoreSamples.bareEntry(first), snapshot);
    Task second = claimed(next, "w-2", NOW);
    JournalItem entry = StoreSamples.bareEntry(second);
    Task last = StoreSamples.next(second, NOW);
    write(second, last, entry);

    for (int hint = 0; hint <= 2; hint++) {
      Instant now = NOW.plus(Defaults.LEASE.multipliedBy(hint));
      StepMessage message = new StepMessage(ID, 3, hint);
      Claimed claimed = store.claim(message, lease("w-3-" + hint, now), now);

      assertThat(claimed.claim()).isInstanceOf(Claim.Granted.class);
      assertSame(claimed.recall().orElseThrow().items(), List.of(snapshot, entry));
    }
  }

  // Approvals.

  @Test
  void approvalsAreOldestFirst() {
    Task mine = claimed(begun(ID), "w-1", NOW);
    Approval late = StoreSamples.approval(StoreSamples.planned(mine, 0), NOW.plusSeconds(2));
    Approval early = StoreSamples.approval(StoreSamples.planned(mine, 1), NOW);
    Approval beside = StoreSamples.approval(StoreSamples.planned(mine, 2), NOW);
    Task next = StoreSamples.next(mine, NOW);

    store.commit(Change.of(mine, next).asking(late, beside, early));

    assertSame(store.approvals(ID), List.of(early, beside, late));
    assertSame(store.approval(ID, late.id()).stream().toList(), List.of(late));
  }

  @Test
  void aDecisionIsWrittenWithItsQuestionAndNeverTwice() {
    Task mine = claimed(begun(ID), "w-1", NOW);
    Approval asked = StoreSamples.approval(StoreSamples.planned(mine, 0), NOW);
    Task waiting =
        StoreSamples.next(mine, NOW).waiting(StoreSamples.WAITS, NOW.plusSeconds(60), NOW);
    store.commit(Change.of(mine, waiting).asking(asked));
    Decision ann = StoreSamples.decision(asked, "ann");
    Task told = waiting.stillWaiting(NOW.plusSeconds(60), "h");
    Change vote = Change.of(waiting, told).asking(asked).deciding(ann);

    assertThat(store.commit(vote)).isEqualTo(new Commit.Written(told));
    assertThat(store.commit(vote)).isEqualTo(new Commit.Written(told));

    assertSame(store.decisions(asked.id()), List.of(ann));
    assertThat(store.decisions("another")).isEmpty();
    Task again = told.stillWaiting(NOW.plusSeconds(60), "i");
    assertThatThrownBy(() -> store.commit(Change.of(told, again).deciding(ann)))
        .isInstanceOf(IllegalStateException.class);
    assertThat(store.find(ID)).contains(told);
  }

  @Test
  void laterAnswersOfOnePersonStandBesideTheFirstInTheirOrder() {
    Task mine = claimed(begun(ID), "w-1", NOW);
    Approval asked = StoreSamples.approval(StoreSamples.planned(mine, 0), NOW);
    Task waiting =
        StoreSamples.next(mine, NOW).waiting(StoreSamples.WAITS, NOW.plusSeconds(60), NOW);
    store.commit(Change.of(mine, waiting).asking(asked));
    Decision first = StoreSamples.decision(asked, "ann");
    Decision withdrawal = StoreSamples.withdrawal(first);
    Decision annas = StoreSamples.decision(asked, "anna");
    Task told = waiting.stillWaiting(NOW.plusSeconds(60), "h");

    store.commit(Change.of(waiting, told).deciding(annas).deciding(withdrawal).deciding(first));

    assertSame(store.decisions(asked.id()), List.of(first, withdrawal, annas));
  }

  @Test
  void aLostChangeLeavesNoDecision() {
    Task mine = claimed(begun(ID), "w-1", NOW);
    Approval asked = StoreSamples.approval(StoreSamples.planned(mine, 0), NOW);
    store.commit(Change.of(mine, StoreSamples.next(mine, NOW)));

    Commit late =
        store.commit(
            Change.of(mine, StoreSamples.next(mine, NOW.plusSeconds(9)))
                .deciding(StoreSamples.decision(asked, "ann")));

    assertThat(late).isInstanceOf(Commit.Lost.class);
    assertThat(store.decisions(asked.id())).isEmpty();
  }

  @Test
  void aLateFailureDoesNotMakePeopleUnreached() {
    Task mine = claimed(begun(ID), "w-1", NOW);
    Approval asked = StoreSamples.approval(StoreSamples.planned(mine, 0), NOW);
    Notification failed = StoreSamples.notification(asked, null);
    Notification reached = StoreSamples.notification(asked, NOW);

    store.keep(failed);
    store.keep(reached);
    store.keep(failed);

    assertSame(store.notifications(ID), List.of(reached));
  }

  // The indexes.

  @Test
  void aTaskIsDueFromTheMinuteAfterItsWakeUpTime() {
    begun(ID);
    int shard = Shard.of(ID);
    Instant minute = Shard.watchAt(NOW);

    eventually(() -> assertThat(store.due(shard, minute, 10)).containsExactly(ID));
    assertThat(store.due(shard, minute.minusNanos(1), 10)).isEmpty();
    assertThat(store.due((shard + 1) % Defaults.SHARDS, minute, 10)).isEmpty();
  }

  @Test
  void theIndexOfDueTasksFollowsTheHead() {
    Task task = begun(ID);
    int shard = Shard.of(ID);
    Task mine = claimed(task, "w-1", NOW);
    Instant leaseEnd = Shard.watchAt(NOW.plus(Defaults.LEASE));
    eventually(
        () -> assertThat(store.due(shard, leaseEnd.minusSeconds(60), 10)).doesNotContain(ID));
    eventually(() -> assertThat(store.due(shard, leaseEnd, 10)).containsExactly(ID));

    Task next = StoreSamples.next(mine, NOW);
    write(mine, next);
    store.resent(next, NOW, NOW.plus(Duration.ofHours(2)));
    eventually(
        () -> assertThat(store.due(shard, NOW.plus(Duration.ofHours(1)), 10)).doesNotContain(ID));

    Task seen = store.find(ID).orElseThrow();
    write(seen, seen.ended(new Outcome(Reason.CANCELLED, "x"), "h", NOW));
    eventually(() -> assertThat(store.due(shard, NOW.plus(Duration.ofDays(99)), 10)).isEmpty());
  }

  @Test
  void dueTasksComeOldestFirstAndAreNoMoreThanAskedFor() {
    List<TaskId> oldestFirst = new ArrayList<>();
    for (int i = 0; oldestFirst.size() < 3; i++) {
      TaskId id = new TaskId("t-" + i);
      if (Shard.of(id) == Shard.of(ID)) oldestFirst.addFirst(id);
    }
    for (int i = 0; i < 3; i++) {
      store.resent(begun(oldestFirst.get(i)), NOW, NOW.plus(Duration.ofMinutes(i)));
    }
    Instant later = NOW.plus(Duration.ofMinutes(9));

    eventually(
        () -> assertThat(store.due(Shard.of(ID), later, 9)).containsExactlyElementsOf(oldestFirst));
    assertThat(store.due(Shard.of(ID), later, 2)).isEqualTo(oldestFirst.subList(0, 2));
  }

  @Test
  void aListShowsTheLatestChangeFirst() {
    List<TaskId> ids = List.of(new TaskId("a"), new TaskId("c"), new TaskId("b"));
    for (int i = 0; i < ids.size(); i++) {
      Task task = begun(ids.get(i));
      Outcome why = new Outcome(Reason.DEADLINE_EXCEEDED, "late");
      write(task, task.ended(why, "h", NOW.plusNanos(1_000_000L * i)));
    }
    begun(ID);

    eventually(
        () -> assertThat(store.list(Status.FAILED, 9)).map(Task::id).isEqualTo(ids.reversed()));
    eventually(() -> assertThat(store.list(Status.RUNNING, 9)).map(Task::id).containsExactly(ID));
    assertThat(store.list(Status.FAILED, 2)).map(Task::id).isEqualTo(ids.reversed().subList(0, 2));
    assertThat(store.list(Status.DONE, 9)).isEmpty();
  }

  @Test
  void aListGoesOnAfterAnyOfItsTasksAndTwoOfOneTimeAreBothInIt() {
    for (int i = 0; i < 7; i++) {
      Task task = begun(new TaskId("p-" + i));
      Outcome why = new Outcome(Reason.DEADLINE_EXCEEDED, "late");
      write(task, task.ended(why, "h", NOW.plusMillis(i / 2)));
    }
    eventually(() -> assertThat(store.list(Status.FAILED, 9)).hasSize(7));

    List<Task> all = store.list(Status.FAILED, 9);
    for (int i = 0; i < 7; i++) {
      ListPlace place = ListPlace.of(all.get(i));
      assertThat(store.listAfter(Status.FAILED, place, 9)).isEqualTo(all.subList(i + 1, 7));
      assertThat(store.listAfter(Status.FAILED, place, 2))
          .isEqualTo(all.subList(i + 1, Math.min(7, i + 3)));
    }
    assertThat(all).map(ListPlace::of).isSorted();
  }

  @Test
  void aListedTaskIsTheWholeTask() {
    Task mine = claimed(begun(ID), "w-1", NOW);

    eventually(() -> assertThat(store.list(Status.RUNNING, 9)).containsExactly(mine));
  }

  private Task begun(TaskId id) {
    return begun(id, StoreSamples.LIMITS);
  }

  private Task begun(TaskId id, Limits limits) {
    NewTask task = StoreSamples.newTask(id, limits);
    assertThat(store.begin(task).existing()).isEmpty();
    return task.task();
  }

  private Task claimed(Task task, String token, Instant now) {
    Claim claim = store.claim(task.due(), lease(token, now), now).claim();
    assertThat(claim).isInstanceOf(Claim.Granted.class);
    return ((Claim.Granted) claim).task();
  }

  private LedgerRow intended(Task mine) {
    LedgerRow planned = StoreSamples.planned(mine, 0);
    assertThat(store.intend(mine, StoreSamples.answer(mine, "x"), List.of(planned)))
        .isEqualTo(Fence.HELD);
    return planned;
  }

  private Task commitStep(Task mine) {
    Task next = StoreSamples.next(mine, NOW);
    write(mine, next, StoreSamples.bareEntry(mine));
    return next;
  }

  private void write(Task from, Task to, JournalItem... items) {
    assertThat(store.commit(Change.of(from, to, items))).isEqualTo(new Commit.Written(to));
  }

  private void assertRefused(StepMessage message, Instant now, Claim expected) {
    String head = rawHead(message.taskId());
    assertThat(store.claim(message, lease("refused", now), now))
        .isEqualTo(new Claimed(expected, Optional.empty()));
    assertThat(rawHead(message.taskId())).isEqualTo(head);
  }

  private void assertExhausted(StepMessage message, Instant now, Reason reason) {
    String head = rawHead(message.taskId());
    Claim claim = store.claim(message, lease("refused", now), now).claim();
    assertThat(claim)
        .isInstanceOfSatisfying(
            Claim.Exhausted.class, exhausted -> assertThat(exhausted.reason()).isEqualTo(reason));
    assertThat(rawHead(message.taskId())).isEqualTo(head);
  }

  /** A whole change by {@code mine} is lost, and nothing of it is there. */
  private void assertLost(Task mine, Task current) {
    LedgerRow row = StoreSamples.planned(mine, 0);
    Change change =
        Change.of(mine, StoreSamples.next(mine, NOW), StoreSamples.bareEntry(mine))
            .acting(row)
            .asking(StoreSamples.approval(row, NOW))
            .starting(List.of(child(mine)));

    assertThat(store.commit(change)).isEqualTo(new Commit.Lost(current));

    assertThat(store.find(mine.id())).contains(current);
    assertThat(store.journal(mine.id(), "LOG#")).isEmpty();
    assertThat(store.ledger(mine.id())).isEmpty();
    assertThat(store.find(child(mine).task().id())).isEmpty();
    assertThat(store.children(mine.id())).isEmpty();
    assertThat(store.approvals(mine.id())).isEmpty();
  }

  /** As canonical JSON: a number's type in memory depends on who made the tree. */
  private static void assertSame(List<?> found, List<?> expected) {
    assertThat(found.stream().map(TaskStoreContract::canonical).toList())
        .isEqualTo(expected.stream().map(TaskStoreContract::canonical).toList());
  }

  private static String canonical(Object document) {
    return CanonicalJson.of(Json.tree(document));
  }

  private static <T> List<T> race(Function<Integer, T> contender) throws InterruptedException {
    List<T> answers = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch ready = new CountDownLatch(2);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      int number = i;
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                ready.countDown();
                awaitUninterruptibly(ready);
                answers.add(contender.apply(number));
              }));
    }
    for (Thread thread : threads) thread.join();
    return answers;
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stray) {
      throw new AssertionError(stray);
    }
  }

  private static Cancel cancel(String by) {
    return new Cancel(by, "no longer needed", NOW);
  }

  private static Task.Progress snapshotAt(Task task, int iteration) {
    Task.Progress progress = task.progress();
    return new Task.Progress(
        progress.errorsInARow(),
        progress.phase(),
        progress.phaseIterations(),
        iteration,
        progress.checkpoint(),
        progress.pendingCalls(),
        progress.openApprovals(),
        progress.entriesHash());
  }
}
