package dev.treadle.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Agent;
import dev.treadle.CallResult;
import dev.treadle.DeliveryCheck;
import dev.treadle.Json;
import dev.treadle.Outcome;
import dev.treadle.Phase;
import dev.treadle.ProgressWindow;
import dev.treadle.Reason;
import dev.treadle.Standing;
import dev.treadle.StepReport;
import dev.treadle.Terminator;
import dev.treadle.Tool;
import dev.treadle.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns a step into the transaction that records it: accounts for it, asks the terminator, and
 * writes the entry. Pure, so a commit that met a cancel request is simply judged again.
 *
 * @param task as claimed
 * @param history before the step
 * @param open approvals that earlier steps asked for
 * @param succession plans what a completion starts
 */
record Recording(
    Task task,
    History history,
    Agent agent,
    StepRecord step,
    List<Approval> open,
    Succession succession,
    Instant claimedAt,
    Instant now) {

  Change change() {
    Task next = accounted();
    JournalItem.Entry draft = entry(List.of(), null, null);
    History after = history.after(draft);
    ProgressWindow.Finding finding =
        after.window().judge(history.window(), agent.limits().patience());
    Verdict verdict = Terminator.judge(standing(next, finding), now);
    Succession.Plan plan = plan(outcome(verdict), next);
    Optional<Outcome> outcome =
        switch (plan) {
          case Succession.Starts _ -> outcome(verdict);
          case Succession.Unfit(String why) -> Optional.of(new Outcome(Reason.OUTPUT_INVALID, why));
        };
    JournalItem.Entry entry =
        entry(notices(finding, next), outcome.orElse(null), checkpoint(outcome, next));
    int chars = Json.write(entry).length();
    if (chars > Defaults.ENTRY_CHARS_MAX) {
      throw new IllegalStateException(
          "task %s iteration %d: an entry of %d characters passed every cap"
              .formatted(task.id(), task.iteration(), chars));
    }
    return finished(next, plan, entry, history.after(entry), outcome);
  }

  private Succession.Plan plan(Optional<Outcome> outcome, Task next) {
    Optional<JsonNode> output =
        outcome
            .filter(Recording::completes)
            .flatMap(_ -> step.report().completion())
            .map(StepReport.Completion::output);
    return output.isPresent()
        ? succession.plan(next, agent.chains(), output.get(), now)
        : new Succession.Starts(next, List.of());
  }

  private static boolean completes(Outcome outcome) {
    return outcome.reason() == Reason.TASK_COMPLETE;
  }

  /** The task after the iteration, its counters moved but not yet judged. */
  private Task accounted() {
    Task.Progress was = task.progress();
    long newlyPending =
        step.results().stream().filter(CallResult.Pending.class::isInstance).count();
    int pending = was.pendingCalls() + (int) newlyPending - (step.ranPending() ? 1 : 0);
    Task advanced =
        task.advanced(
            step.report().usage(),
            toolCalls(),
            step.report().nextReserve(),
            pending > 0,
            agent.limits().retries().attemptsPerIteration(),
            now);
    boolean moves = phaseEnds() && !inLastPhase();
    return advanced.withProgress(
        new Task.Progress(
            errorsInARow(was),
            moves ? was.phase() + 1 : was.phase(),
            moves ? 0 : was.phaseIterations() + (isSummary() ? 0 : 1),
            was.snapshot(),
            was.checkpoint(),
            pending,
            was.openApprovals() + (int) newlyPending,
            was.entriesHash()));
  }

  private int toolCalls() {
    if (step.ranPending()) return 0; // It was counted when the model asked for it.
    return (int)
        step.results().stream()
            .filter(result -> agent.tool(result.call().tool()).isPresent())
            .count();
  }

  /**
   * A summary is the loop's own: it is no work of the phase, and neither an error nor a success.
   */
  private boolean isSummary() {
    return step.summary().isPresent();
  }

  private int errorsInARow(Task.Progress was) {
    if (isSummary()) return was.errorsInARow() + task.workersLost();
    return isErrored() ? was.errorsInARow() + task.workersLost() + 1 : 0;
  }

  private boolean isErrored() {
    if (!step.report().errors().isEmpty()) return true;
    return !step.ranPending() // A human's "no" is not an error of the agent.
        && !step.results().isEmpty()
        && step.results().stream().allMatch(CallResult.Failed.class::isInstance);
  }

  private Optional<Phase> phase() {
    List<Phase> phases = agent.phases();
    return phases.isEmpty() ? Optional.empty() : Optional.of(phases.get(task.progress().phase()));
  }

  private boolean inLastPhase() {
    return task.progress().phase() >= agent.phases().size() - 1;
  }

  private boolean phaseEnds() {
    boolean completed =
        step.report()
            .completion()
            .filter(StepReport.Completion.OfPhase.class::isInstance)
            .isPresent();
    return phase().isPresent() && (completed || phaseIterationsLeft() <= 0);
  }

  private int phaseIterationsLeft() {
    int cap = phase().map(Phase::maxIterations).orElse(Integer.MAX_VALUE);
    return cap - task.progress().phaseIterations() - (isSummary() ? 0 : 1);
  }

  private Standing standing(Task next, ProgressWindow.Finding finding) {
    Task.Progress progress = next.progress();
    return new Standing(
        agent.limits(),
        task.iteration(),
        next.funds().maxIterations(),
        progress.errorsInARow(),
        next.attempts().retriesLeft(),
        next.funds().costMicrosLeft(),
        next.funds().tokensLeft(),
        next.funds().toolCallsLeft(),
        next.funds().modelReserve(),
        next.funds().deadline(),
        task.cancel() != null,
        inLastPhase(),
        phaseIterationsLeft(),
        progress.pendingCalls(),
        progress.pendingCalls() > 0 && progress.openApprovals() == progress.pendingCalls(),
        step.report().completion(),
        step.hopeless(),
        finding.stuck(),
        step.judged().filter(Recording::isRefused).map(DeliveryCheck.Judged::words));
  }

  private static boolean isRefused(DeliveryCheck.Judged judged) {
    return judged.ruling() == DeliveryCheck.Ruling.REFUSE;
  }

  private static Optional<Outcome> outcome(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Continue() -> Optional.empty();
      case Verdict.Stop(Outcome outcome) -> Optional.of(outcome);
      case Verdict.Suspend(Outcome outcome) -> Optional.of(outcome);
    };
  }

  private List<String> notices(ProgressWindow.Finding finding, Task next) {
    List<String> notices = new ArrayList<>(step.report().notices());
    finding.warning().ifPresent(notices::add);
    step.judged()
        .filter(judged -> !judged.findings().isEmpty())
        .ifPresent(judged -> notices.add("Compared with earlier runs: " + judged.words()));
    if (phaseEnds() && !inLastPhase()) {
      notices.add(
          "The phase \"%s\" starts now."
              .formatted(agent.phases().get(next.progress().phase()).name()));
    }
    notices.addAll(BudgetNotice.between(task, next, agent.limits()));
    return notices;
  }

  private @Nullable String checkpoint(Optional<Outcome> outcome, Task next) {
    if (outcome.isPresent()) {
      return next.progress().pendingCalls() > 0 ? "before an action that needs a human" : "end";
    }
    if (phaseEnds()) return "phase ended";
    if (step.results().stream().anyMatch(this::isAction)) return "after an action";
    if (isExpensive()) return "expensive step";
    return confidenceFell() ? "confidence fell" : null;
  }

  private boolean isAction(CallResult result) {
    return agent.tool(result.call().tool()).filter(tool -> !tool.isReadOnly()).isPresent();
  }

  private boolean isExpensive() {
    int outputTokens = step.calls().stream().mapToInt(call -> call.text().length() / 4).sum();
    return outputTokens > Defaults.EXPENSIVE_OUTPUT_TOKENS
        || step.report().usage().tokens() > Defaults.EXPENSIVE_MODEL_TOKENS;
  }

  private boolean confidenceFell() {
    double threshold = agent.limits().confidenceThreshold();
    Double before = history.confidence();
    return step.report().confidence().filter(now -> now < threshold).isPresent()
        && (before == null || before >= threshold);
  }

  private JournalItem.Entry entry(
      List<String> notices, @Nullable Outcome outcome, @Nullable String checkpoint) {
    StepReport report = step.report();
    return new JournalItem.Entry(
        JournalItem.SCHEMA,
        task.id(),
        task.iteration(),
        now,
        claimedAt,
        task.attempts().used(),
        phase().map(Phase::name).orElse(null),
        step.answer(),
        step.calls(),
        report.mutations(),
        report.confidence().orElse(null),
        report.usage(),
        report.errors(),
        notices,
        outcome,
        checkpoint,
        output(outcome),
        step.summary().orElse(null),
        task.progress().entriesHash());
  }

  private @Nullable JsonNode output(@Nullable Outcome outcome) {
    boolean ends = outcome != null && completes(outcome);
    boolean endsPhase = outcome == null && phaseEnds();
    return ends || endsPhase
        ? step.report().completion().map(StepReport.Completion::output).orElse(null)
        : null;
  }

  private Change finished(
      Task next,
      Succession.Plan plan,
      JournalItem.Entry entry,
      History after,
      Optional<Outcome> outcome) {
    Optional<JournalItem.Snapshot> due = snapshot(after, outcome.isPresent());
    boolean fits =
        due.map(Json::write).map(String::length).orElse(0) <= Defaults.SNAPSHOT_CHARS_MAX;
    Optional<JournalItem.Snapshot> snapshot = due.filter(_ -> fits);
    Outcome end = fits ? outcome.orElse(null) : tooLarge();
    Succession.Starts starts =
        plan instanceof Succession.Starts planned && end != null && completes(end)
            ? planned
            : new Succession.Starts(next, List.of());
    Task.Progress progress = next.progress();
    Task settled =
        starts
            .completed()
            .withProgress(
                new Task.Progress(
                    progress.errorsInARow(),
                    progress.phase(),
                    progress.phaseIterations(),
                    snapshot.isPresent() ? task.iteration() : progress.snapshot(),
                    entry.checkpoint() != null ? task.iteration() : progress.checkpoint(),
                    progress.pendingCalls(),
                    end != null && end.reason().status().isTerminal()
                        ? 0
                        : progress.openApprovals(),
                    entry.hash()));
    List<JournalItem> items = new ArrayList<>(List.of(entry));
    snapshot.ifPresent(items::add);
    return Change.of(task, judged(settled, end), items)
        .asking(approvals(end))
        .starting(starts.children())
        .with(step.judged());
  }

  /** Folded only when one is due: that goes through the whole conversation. */
  private Optional<JournalItem.Snapshot> snapshot(History after, boolean stops) {
    boolean isDue =
        stops
            || after.entriesSinceSnapshot() >= Defaults.ENTRIES_PER_SNAPSHOT
            || after.charsSinceSnapshot() >= Defaults.CHARS_PER_SNAPSHOT;
    return isDue
        ? Optional.of(
            new JournalItem.Snapshot(
                JournalItem.SCHEMA, task.id(), task.iteration(), after.folded()))
        : Optional.empty();
  }

  private Outcome tooLarge() {
    return new Outcome(
        Reason.STATE_TOO_LARGE,
        "the task's state passes %d characters".formatted(Defaults.SNAPSHOT_CHARS_MAX));
  }

  private Task judged(Task settled, @Nullable Outcome outcome) {
    if (outcome == null) return settled;
    return outcome.reason().status().isTerminal()
        ? settled.stopped(outcome, now)
        : settled.waiting(outcome, wakeAt(settled), now);
  }

  /** A newly asked question is looked at first, to see whether anybody heard of it. */
  private Instant wakeAt(Task settled) {
    List<Approval> asked = new ArrayList<>(open);
    asked.addAll(requests());
    return Approval.firstLook(asked, now, settled.funds().deadline());
  }

  /** Asks for what is newly pending; a task that ends asks nobody, and leaves no request open. */
  private List<Approval> approvals(@Nullable Outcome end) {
    List<Approval> changed = new ArrayList<>(step.voided().stream().toList());
    if (end == null || !end.reason().status().isTerminal()) {
      changed.addAll(requests());
    } else {
      for (Approval each : open) {
        changed.add(each.closed(Approval.State.SUPERSEDED, "the loop", now, end.detail()));
      }
    }
    return changed;
  }

  private List<Approval> requests() {
    Asking asking =
        new Asking(
            accounted(),
            agent,
            history,
            step.report().confidence(),
            step.words(),
            step.judged(),
            now);
    List<Approval> requests = new ArrayList<>();
    for (CallResult result : step.results()) {
      if (!(result instanceof CallResult.Pending(var call, String _))) continue;
      LedgerRow row = step.rows().get(call.id());
      Optional<Tool> tool = agent.tool(call.tool());
      if (row == null || tool.isEmpty()) {
        throw new IllegalStateException(
            "task %s: pending call %s has no ledger row".formatted(task.id(), call.id()));
      }
      requests.add(asking.action(row, tool.get()));
    }
    return requests;
  }
}
