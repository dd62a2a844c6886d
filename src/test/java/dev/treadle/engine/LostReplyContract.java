package dev.treadle.engine;

import static dev.treadle.engine.StoreSamples.NOW;
import static dev.treadle.engine.StoreSamples.lease;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.treadle.TaskId;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a table behind a network must do when a write was made and its reply was lost: once, so that
 * the client repeats it unseen, or each time, so that the caller repeats it.
 */
public abstract class LostReplyContract {
  private static final TaskId ID = new TaskId("task:1.a_B-c");
  private TaskStore store;

  /** An empty store. */
  protected abstract TaskStore open() throws Exception;

  /** The next write is made and its reply is lost. */
  protected abstract void loseNextReply();

  /** Every write from now on is made and its reply is lost. */
  protected abstract void loseEveryReply();

  /** No reply is lost any more. */
  protected abstract void heal();

  @BeforeEach
  final void openStore() throws Exception {
    store = open();
  }

  @Test
  void aStart() {
    NewTask task = StoreSamples.newTask(ID);

    lostEachTime(() -> store.begin(task));

    assertThat(store.begin(task).existing().map(TaskInput::inputDigest))
        .contains(task.input().inputDigest());
    assertThat(store.find(ID)).contains(task.task());
  }

  @Test
  void aClaim() {
    Task task = begun();
    Supplier<Claimed> claim = () -> store.claim(task.due(), lease("w-1", NOW), NOW);
    Claim.Granted granted = new Claim.Granted(task.claimed(lease("w-1", NOW)));

    loseNextReply();
    assertThat(claim.get().claim()).isEqualTo(granted);
    lostEachTime(claim);

    Claimed again = claim.get();
    assertThat(again.claim()).isEqualTo(granted);
    assertThat(again.recall()).isPresent();
    assertThat(store.find(ID)).contains(granted.task());
  }

  @Test
  void aClaimOfATaskThatAnotherWorkerTookMeanwhile() {
    Task task = begun();
    Supplier<Claimed> claim = () -> store.claim(task.due(), lease("w-1", NOW), NOW);
    lostEachTime(claim);
    store.claim(task.due(), lease("w-2", NOW.plus(Defaults.LEASE)), NOW.plus(Defaults.LEASE));

    assertThat(claim.get().claim()).isInstanceOf(Claim.Held.class);
  }

  @Test
  void aCommit() {
    Task mine = claimed(begun());
    Task next = StoreSamples.next(mine, NOW);
    JournalItem entry = StoreSamples.bareEntry(mine);
    Supplier<Commit> commit = () -> store.commit(Change.of(mine, next, entry));

    loseNextReply();
    assertThat(commit.get()).isEqualTo(new Commit.Written(next));
    lostEachTime(commit);

    assertThat(commit.get()).isEqualTo(new Commit.Written(next));
    assertThat(store.find(ID)).contains(next);
    assertThat(store.journal(ID, "LOG#")).containsExactly(entry);
  }

  @Test
  void aCommitOfATaskThatMovedOnMeanwhile() {
    Task mine = claimed(begun());
    Task next = StoreSamples.next(mine, NOW);
    Supplier<Commit> commit =
        () -> store.commit(Change.of(mine, next, StoreSamples.bareEntry(mine)));
    lostEachTime(commit);
    Task theirs = claimed(next);

    assertThat(commit.get()).isEqualTo(new Commit.Lost(theirs));
    assertThat(store.find(ID)).contains(theirs);
  }

  @Test
  void anIntentAndAStartAndAnOutcome() {
    Task mine = claimed(begun());
    LedgerRow planned = StoreSamples.planned(mine, 0);
    JournalItem.Answer answer = StoreSamples.answer(mine, "I send a mail.");
    Supplier<Fence> intent = () -> store.intend(mine, answer, List.of(planned));
    LedgerRow started = StoreSamples.started(planned, mine);
    Supplier<Fence> start = () -> store.start(mine, planned, started);
    Supplier<LedgerRow> settle = () -> store.settle(StoreSamples.succeeded(started));

    loseNextReply();
    assertThat(intent.get()).isEqualTo(Fence.HELD);
    lostEachTime(intent);
    assertThat(intent.get()).isEqualTo(Fence.HELD);

    loseNextReply();
    assertThat(start.get()).isEqualTo(Fence.HELD);
    lostEachTime(start);
    store.requestCancel(ID, new Cancel("ada", "no longer needed", NOW));
    assertThat(start.get()).isEqualTo(Fence.HELD);

    loseNextReply();
    assertThat(settle.get().state()).isEqualTo(LedgerRow.State.SUCCEEDED);
    lostEachTime(settle);
    assertThat(settle.get().state()).isEqualTo(LedgerRow.State.SUCCEEDED);

    assertThat(store.journal(ID, "LOG#")).containsExactly(answer);
    assertThat(store.ledger(ID)).hasSize(1);
  }

  @Test
  void aRequestToStop() {
    Task task = begun();
    Cancel cancel = new Cancel("ada", "no longer needed", NOW);

    loseNextReply();
    assertThat(store.requestCancel(ID, cancel)).isTrue();
    lostEachTime(() -> store.requestCancel(ID, cancel));

    assertThat(store.requestCancel(ID, cancel)).isTrue();
    assertThat(store.find(ID)).contains(task.cancelRequested(cancel));
  }

  @Test
  void aNotedSendIsAtMostNotSent() {
    Task task = begun();

    loseNextReply();
    store.resent(task, NOW.plusSeconds(60), NOW.plusSeconds(120));

    assertThat(store.resent(task, NOW.plusSeconds(60), NOW.plusSeconds(120))).isFalse();
    assertThat(store.find(ID)).contains(task.resent(NOW.plusSeconds(60), NOW.plusSeconds(120)));
  }

  private void lostEachTime(Supplier<?> call) {
    loseEveryReply();
    assertThatThrownBy(call::get).isInstanceOf(RuntimeException.class);
    heal();
  }

  private Task begun() {
    NewTask task = StoreSamples.newTask(ID);
    assertThat(store.begin(task).existing()).isEqualTo(Optional.empty());
    return task.task();
  }

  private Task claimed(Task task) {
    Claim claim = store.claim(task.due(), lease("w", NOW), NOW).claim();
    assertThat(claim).isInstanceOf(Claim.Granted.class);
    return ((Claim.Granted) claim).task();
  }
}
