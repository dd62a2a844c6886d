package dev.treadle.engine;

import static dev.treadle.engine.StoreSamples.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.DecisionCheck;
import dev.treadle.Json;
import dev.treadle.Outcome;
import dev.treadle.Reason;
import dev.treadle.TaskId;
import dev.treadle.drift.RunJudge;
import dev.treadle.lambda.ExpectedFires;
import dev.treadle.lambda.FireWatch;
import dev.treadle.lambda.MeasuredStore;
import dev.treadle.lambda.Metrics;
import dev.treadle.lambda.WatchdogHandler;
import dev.treadle.local.EmbeddedSeriesTable;
import dev.treadle.local.EmbeddedTaskStore;
import dev.treadle.local.MapRecords;
import dev.treadle.trigger.ScheduleTrigger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is counted of what is written: the numbers that alarms and the dashboard read. */
class CountedCommitsTest {
  private static final TaskId ID = new TaskId("t-1");
  private final MapRecords records = new MapRecords();
  private final List<String> lines = new ArrayList<>();
  private final Metrics metrics = new Metrics("shop", () -> NOW, lines::add);
  private final TaskStore store = new MeasuredStore(new EmbeddedTaskStore(records), metrics);

  private Task claimed(TaskId id) {
    store.begin(StoreSamples.newTask(id));
    Task task = store.find(id).orElseThrow();
    Claimed claimed = store.claim(task.due(), StoreSamples.lease("w-1", NOW), NOW);
    return ((Claim.Granted) claimed.claim()).task();
  }

  private Task written(Change change) {
    return ((Commit.Written) store.commit(change)).task();
  }

  private Task waiting(Task mine, Reason reason) {
    return mine.released(NOW, dev.treadle.Usage.NONE, true, "h", NOW)
        .waiting(new Outcome(reason, "w"), NOW.plusSeconds(60), NOW);
  }

  private List<Long> counts(String metric) throws Json.MalformedJson {
    List<Long> counts = new ArrayList<>();
    for (String line : lines) {
      JsonNode count = Json.parse(line).path(metric);
      if (count.isNumber()) counts.add(count.asLong());
    }
    return counts;
  }

  @Test
  void anIterationIsCountedWithWhatItCost() throws Exception {
    Task mine = claimed(ID);

    written(Change.of(mine, StoreSamples.next(mine, NOW), StoreSamples.entry(mine, "before")));

    assertThat(counts("Iterations")).containsExactly(1L);
    assertThat(counts("CostMicros")).containsExactly(30L);
    assertThat(counts("FailedTasks")).isEmpty();
  }

  @Test
  void anOutcomeThatNobodyKnowsIsCountedOnce() throws Exception {
    Task mine = claimed(ID);
    Task waits = written(Change.of(mine, waiting(mine, Reason.OUTCOME_UNKNOWN)));
    written(Change.of(waits, waits.stillWaiting(NOW.plusSeconds(90), "h")));

    assertThat(counts("UnknownOutcomes")).containsExactly(1L);
    assertThat(counts("Verdicts")).containsExactly(1L);
  }

  @Test
  void aQuestionThatIsReportedOrRunsOutOfTimeIsCounted() throws Exception {
    Task mine = claimed(ID);
    Approval asked = StoreSamples.approval(StoreSamples.planned(mine, 1), NOW);
    Change asking = Change.of(mine, waiting(mine, Reason.AWAITING_HUMAN_APPROVAL)).asking(asked);
    Task waits = written(asking);
    var report = JournalItem.Note.on(waits, NOW, JournalItem.Note.REPORTED, "ann", "odd");
    Instant later = NOW.plusSeconds(90);
    Task reported = written(Change.of(waits, waits.stillWaiting(later, report.hash()), report));
    Approval expired = asked.closed(Approval.State.EXPIRED, "the loop", later, "");
    Outcome end = new Outcome(Reason.APPROVAL_EXPIRED, "nobody answered");
    written(Change.of(reported, reported.ended(end, "h", later)).asking(expired));

    assertThat(counts("ReportedApprovals")).containsExactly(1L);
    assertThat(counts("ExpiredApprovals")).containsExactly(1L);
    assertThat(counts("FailedTasks")).containsExactly(1L);
  }

  @Test
  void theWatchdogSaysHowManyWaitForPeopleAndForHowLongOneHasBeenDue() throws Exception {
    Task mine = claimed(ID);
    written(Change.of(mine, waiting(mine, Reason.AWAITING_HUMAN_APPROVAL)));
    store.begin(StoreSamples.newTask(new TaskId("t-2")));
    Instant later = NOW.plusSeconds(600);
    try (VirtualThreads threads = new VirtualThreads()) {
      Loop loop =
          Loop.on(
              new Loop.Places(store, (_, _) -> {}, _ -> {}),
              new AgentCatalog(List.of()),
              new ReadingExecutor(),
              (_, _, _, _) -> new DecisionCheck.StillOpen(),
              new RunJudge(new EmbeddedSeriesTable(records)),
              threads,
              new Worker(() -> later, new Random(7), Defaults.LEASE));
      EmbeddedSeriesTable series = new EmbeddedSeriesTable(records);
      ScheduleTrigger trigger = new ScheduleTrigger(loop.starter(), store);
      FireWatch fires =
          new FireWatch(List.of(), new ExpectedFires(store, series, trigger), series, lines::add);

      var _ =
          new WatchdogHandler(loop, () -> fires, metrics, () -> later)
              .handleRequest(Json.object(), null);
    }

    assertThat(counts("WaitingTasks")).containsExactly(1L);
    assertThat(counts("OverdueSeconds")).singleElement().matches(late -> late >= 599, "is late");
  }
}
