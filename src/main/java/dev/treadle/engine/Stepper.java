package dev.treadle.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Agent;
import dev.treadle.CallResult;
import dev.treadle.ContextSummary;
import dev.treadle.DecisionCheck;
import dev.treadle.DeliveryCheck;
import dev.treadle.Fault;
import dev.treadle.Json;
import dev.treadle.Phase;
import dev.treadle.Redaction;
import dev.treadle.Reserve;
import dev.treadle.StepExecutor;
import dev.treadle.StepInput;
import dev.treadle.StepReport;
import dev.treadle.StepResult;
import dev.treadle.Tool;
import dev.treadle.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs the one step of a claimed iteration: the next owed call, or else the executor. */
public final class Stepper {
  private static final int ERROR_CHARS_MAX = 2_000;

  private final TaskStore store;
  private final StepExecutor executor;
  private final DecisionCheck decisions;
  private final DeliveryCheck deliveries;
  private final ToolRunner runner;
  private final Worker worker;

  public Stepper(
      TaskStore store,
      StepExecutor executor,
      DecisionCheck decisions,
      DeliveryCheck deliveries,
      ToolRunner runner,
      Worker worker) {
    this.store = store;
    this.executor = executor;
    this.decisions = decisions;
    this.deliveries = deliveries;
    this.runner = runner;
    this.worker = worker;
  }

  Stepped run(Iteration iteration) {
    Ledger ledger =
        new Ledger(
            store,
            runner,
            worker,
            new Deliveries(store, deliveries, iteration, worker.now()),
            iteration);
    return iteration.history().pending().isEmpty()
        ? execute(iteration, ledger)
        : runOwedCall(iteration, ledger);
  }

  Reserve firstReserve(Agent agent) {
    return executor.firstReserve(agent);
  }

  /** The open approvals of a task. */
  List<Approval> open(Task task) {
    if (!Approval.mayBeOpenIn(task)) return List.of();
    return store.approvals(task.id()).stream().filter(Approval::isOpen).toList();
  }

  private Stepped execute(Iteration iteration, Ledger ledger) {
    StepResult result = caught(iteration, ledger);
    // The ledger has the last word: an executor that goes on would record an action in doubt.
    if (ledger.isInterrupted()) {
      StepResult.Stopped stopped = new StepResult.Stopped(ledger.answer(), usage(result));
      return new Stepped.Interrupted(stopped, ledger.interruption(), ledger.isAnswerKept());
    }
    return switch (result) {
      case StepResult.Advanced(JsonNode answer, List<CallResult> results, StepReport report) -> {
        Map<String, LedgerRow> rows = rows(results, ledger);
        yield new Stepped.Ran(
            new StepRecord(
                answer,
                results,
                StepRecord.calls(results, rows, iteration.agent()),
                rows,
                report,
                ledger.words(),
                Optional.empty(),
                false,
                Optional.empty(),
                ledger.judged().or(() -> judged(iteration, report)),
                Optional.empty()));
      }
      case StepResult.Summarized(
              int upTo,
              ContextSummary content,
              Usage usage,
              Reserve nextReserve) ->
          summary(new JournalItem.Summary(upTo, content, null), usage, nextReserve);
      case StepResult.NotSummarized(String why, Usage usage, Reserve nextReserve) ->
          summary(
              new JournalItem.Summary(0, null, CallTexts.cut(why, ERROR_CHARS_MAX)),
              usage,
              nextReserve);
      case StepResult.Faulted(Fault fault, Usage usage) -> faulted(iteration, ledger, fault, usage);
      case StepResult.Stopped(JsonNode _, Usage usage) ->
          failed(iteration, ledger, "stopped, though nothing had interrupted it", false, usage);
    };
  }

  /** What the step completes the task with, judged unless a call delivers the result. */
  private Optional<DeliveryCheck.Judged> judged(Iteration iteration, StepReport report) {
    return report
        .completion()
        .filter(StepReport.Completion.OfTask.class::isInstance)
        .flatMap(completion ->
            new Deliveries(store, deliveries, iteration, worker.now())
                .ofOutput(completion.output()));
  }

  private static Usage usage(StepResult result) {
    return switch (result) {
      case StepResult.Advanced(JsonNode _, List<CallResult> _, StepReport report) -> report.usage();
      case StepResult.Summarized(int _, ContextSummary _, Usage usage, Reserve _) -> usage;
      case StepResult.NotSummarized(String _, Usage usage, Reserve _) -> usage;
      case StepResult.Faulted(Fault _, Usage usage) -> usage;
      case StepResult.Stopped(JsonNode _, Usage usage) -> usage;
    };
  }

  private static Stepped summary(JournalItem.Summary summary, Usage usage, Reserve nextReserve) {
    StepReport report =
        new StepReport(
            Json.object(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(),
            usage,
            nextReserve);
    return new Stepped.Ran(
        new StepRecord(
            null,
            List.of(),
            List.of(),
            Map.of(),
            report,
            "",
            Optional.empty(),
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.of(summary)));
  }

  /** The first catch site: whatever a user's executor throws is recorded as an error. */
  private StepResult caught(Iteration iteration, Ledger ledger) {
    try {
      StepResult result = executor.execute(input(iteration), ledger);
      if (!ledger.isBroken()) return result;
      throw new IllegalStateException(
          "task %s: the executor hid that the ledger failed in iteration %d; it is run again"
              .formatted(iteration.task().id(), iteration.task().iteration()));
    } catch (RuntimeException | StackOverflowError thrown) {
      // The table failed, not the executor: an error entry would forget actions that were started.
      if (ledger.isBroken()) throw thrown;
      // What it spent before it threw is lost with it: it counts as all that it might have spent.
      Reserve reserve = iteration.task().funds().reserve();
      return new StepResult.Faulted(
          new Fault.Recorded(thrown.getClass().getSimpleName() + ": " + thrown.getMessage()),
          new Usage(reserve.tokens(), 0, reserve.costMicros()));
    }
  }

  private StepInput input(Iteration iteration) {
    Task task = iteration.task();
    Agent agent = iteration.agent();
    Optional<Phase> phase =
        agent.phases().isEmpty()
            ? Optional.empty()
            : Optional.of(agent.phases().get(task.progress().phase()));
    return new StepInput(
        task.id(),
        agent,
        task.iteration(),
        iteration.input().inputData(),
        iteration.history().memory(),
        iteration.history().earlier(),
        iteration.history().turns(),
        phase,
        iteration.recordedAnswer(),
        task.funds().reserve(),
        Duration.between(worker.now(), iteration.callsEnd()));
  }

  private static Stepped faulted(Iteration iteration, Ledger ledger, Fault fault, Usage usage) {
    return switch (fault) {
      case Fault.Transient transientFault -> new Stepped.Failed(transientFault, usage);
      case Fault.Parked parked -> new Stepped.Parked(parked, usage);
      case Fault.Recorded(String message) -> failed(iteration, ledger, message, false, usage);
      case Fault.Hopeless(String message) -> failed(iteration, ledger, message, true, usage);
    };
  }

  private static Stepped failed(
      Iteration iteration, Ledger ledger, String message, boolean isHopeless, Usage usage) {
    String error = CallTexts.cut(Redaction.byShape(message), ERROR_CHARS_MAX);
    StepReport report =
        new StepReport(
            Json.object(),
            Optional.empty(),
            Optional.empty(),
            List.of(error),
            List.of("Your last step failed: " + error),
            usage,
            iteration.task().funds().modelReserve());
    // What was performed before the failure is told: the model would ask for it again.
    List<CallResult> results = ledger.results();
    Map<String, LedgerRow> rows = rows(results, ledger);
    return new Stepped.Ran(
        new StepRecord(
            results.isEmpty() ? null : ledger.answer(),
            results,
            StepRecord.calls(results, rows, iteration.agent()),
            rows,
            report,
            ledger.words(),
            Optional.empty(),
            false,
            isHopeless ? Optional.of(error) : Optional.empty(),
            Optional.empty(),
            Optional.empty()));
  }

  private static Map<String, LedgerRow> rows(List<CallResult> results, Ledger ledger) {
    Map<String, LedgerRow> rows = new HashMap<>();
    for (CallResult result : results) {
      ledger.row(result.call().id()).ifPresent(row -> rows.put(result.call().id(), row));
    }
    return rows;
  }

  /** While results are owed, the model is not asked: the next call that may run is run. */
  private Stepped runOwedCall(Iteration iteration, Ledger ledger) {
    Task task = iteration.task();
    Optional<LedgerRow> doubtful = Optional.empty();
    for (LedgerRow row : owed(iteration)) {
      String approvalId = String.valueOf(row.approvalId());
      DecisionCheck.Answer decision =
          decisions.ask(task.id(), approvalId, row.action(), worker.now());
      switch (decision) {
        case DecisionCheck.StillOpen() -> {
          continue;
        }
        case DecisionCheck.Approved(String by) -> {
          if (row.state() != LedgerRow.State.UNKNOWN) {
            return runApproved(iteration, ledger, row, by);
          }
          // Others may run while a person finds out what became of this one.
          doubtful = doubtful.or(() -> Optional.of(row));
        }
        case DecisionCheck.Rejected(String by, String guidance) -> {
          return refused(iteration, row, "rejected by " + by + ": " + guidance, Optional.empty());
        }
        case DecisionCheck.Invalid(String why) -> {
          return refused(iteration, row, "not performed: " + why, voided(row, why));
        }
      }
    }
    LedgerRow row =
        doubtful.orElseThrow(() ->
            new IllegalStateException(
                "task " + task.id() + " runs, but all its pending calls wait for a human"));
    StepResult.Stopped stopped = new StepResult.Stopped(Json.object(), Usage.NONE);
    return new Stepped.Interrupted(stopped, new Interruption.InDoubt(row), true);
  }

  /** The rows of the calls that are owed, in the order asked, each as a person last edited it. */
  private List<LedgerRow> owed(Iteration iteration) {
    Task task = iteration.task();
    List<String> keys =
        iteration.history().pending().stream().map(History.Pending::actionKey).toList();
    Map<String, LedgerRow> rows = new HashMap<>();
    store.rows(task.id(), keys).forEach(row -> rows.put(row.key(), row));
    List<LedgerRow> owed = new ArrayList<>();
    for (String key : keys) {
      LedgerRow row = rows.get(key);
      while (row != null && row.revisedAs() instanceof String revised) {
        row = store.rows(task.id(), List.of(revised)).stream().findFirst().orElse(null);
      }
      if (row == null) {
        throw new IllegalStateException("task " + task.id() + " owes a call without a row: " + key);
      }
      owed.add(row);
    }
    return owed;
  }

  /** A decision that does not fit is never used: its approval is void, for everybody to see. */
  private Optional<Approval> voided(LedgerRow row, String why) {
    return store
        .approval(row.taskId(), String.valueOf(row.approvalId()))
        .filter(approval -> approval.state() == Approval.State.APPROVED)
        .map(approval -> approval.voided(worker.now(), why));
  }

  private Stepped runApproved(Iteration iteration, Ledger ledger, LedgerRow row, String by) {
    Tool tool =
        iteration
            .agent()
            .tool(row.tool())
            .orElseThrow(() -> new IllegalStateException("pinned tool is gone: " + row.tool()));
    Optional<CallResult> result = ledger.runApproved(row, tool);
    if (result.isEmpty()) {
      StepResult.Stopped stopped = new StepResult.Stopped(Json.object(), Usage.NONE);
      return new Stepped.Interrupted(stopped, ledger.interruption(), true);
    }
    ObjectNode memory = Json.object();
    memory
        .putObject("last_approved_action")
        .put("tool", row.tool())
        .put("approval_id", row.approvalId())
        .put("approved_by", by);
    boolean isEdited =
        iteration.history().pending().stream()
            .noneMatch(pending -> pending.actionKey().equals(row.key()));
    List<String> notices =
        isEdited
            ? List.of(
                "A person changed the arguments of %s before it ran; they were: %s"
                    .formatted(row.tool(), CallTexts.cut(row.arguments().toString(), 4_000)))
            : List.of();
    return settled(iteration, row, result.get(), memory, notices, Optional.empty());
  }

  private Stepped refused(
      Iteration iteration, LedgerRow row, String why, Optional<Approval> voided) {
    ObjectNode memory = Json.object().put("rejection_reason", why);
    CallResult result = new CallResult.Failed(row.call(), why);
    return settled(iteration, row, result, memory, List.of(), voided);
  }

  private static Stepped settled(
      Iteration iteration,
      LedgerRow row,
      CallResult result,
      ObjectNode memory,
      List<String> notices,
      Optional<Approval> voided) {
    Reserve reserve = iteration.task().funds().modelReserve();
    StepReport report =
        new StepReport(
            memory, Optional.empty(), Optional.empty(), List.of(), notices, Usage.NONE, reserve);
    Map<String, LedgerRow> rows = Map.of(row.callId(), row);
    List<CallResult> results = List.of(result);
    return new Stepped.Ran(
        new StepRecord(
            null,
            results,
            StepRecord.calls(results, rows, iteration.agent()),
            rows,
            report,
            "",
            voided,
            true,
            Optional.empty(),
            Optional.empty(),
            Optional.empty()));
  }
}
