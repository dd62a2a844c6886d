package dev.treadle.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.CallResult;
import dev.treadle.DeliveryCheck;
import dev.treadle.Gate;
import dev.treadle.Invocation;
import dev.treadle.Json;
import dev.treadle.Judgement;
import dev.treadle.Tool;
import dev.treadle.ToolCall;
import dev.treadle.ToolOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Performs the calls of one claimed iteration: judged by the gate, planned in one intent, reads
 * side by side, actions one by one through {@link ActionRun}.
 */
final class Ledger implements Actions {
  private final TaskStore store;
  private final ToolRunner runner;
  private final Worker worker;
  private final Deliveries deliveries;
  private final Iteration iteration;
  private final Task task;
  private final Agent agent;
  private final History history;
  private final ActionRun actionRun;
  private final Map<String, LedgerRow> rowsByCall = new HashMap<>();
  private boolean answerKept;
  private boolean cameForward;
  private boolean asked;
  private boolean performing;
  private Proposal proposal = new Proposal(Json.object(), List.of(), Optional.empty(), "");
  private List<CallResult> results = List.of();
  private @Nullable Interruption interruption;
  private DeliveryCheck.@Nullable Judged judged;

  Ledger(
      TaskStore store,
      ToolRunner runner,
      Worker worker,
      Deliveries deliveries,
      Iteration iteration) {
    this.store = store;
    this.runner = runner;
    this.worker = worker;
    this.deliveries = deliveries;
    this.iteration = iteration;
    this.task = iteration.task();
    this.agent = iteration.agent();
    this.history = iteration.history();
    this.actionRun = new ActionRun(store, runner, worker, iteration, deliveries::past);
    this.answerKept = iteration.recordedAnswer().isPresent();
  }

  boolean isInterrupted() {
    return interruption != null;
  }

  /** The answer whose calls were asked for; empty when none were. */
  JsonNode answer() {
    return proposal.answer();
  }

  /** What the model said beside its calls. */
  String words() {
    return proposal.words();
  }

  /** What the calls brought, when all were performed. */
  List<CallResult> results() {
    return results;
  }

  /** Why the step was stopped. */
  Interruption interruption() {
    if (interruption == null) {
      throw new IllegalStateException(
          "task %s iteration %d: the executor stopped a step that the ledger did not interrupt"
              .formatted(task.id(), task.iteration()));
    }
    return interruption;
  }

  /** The table failed in the middle of the calls: only the table knows how far they got. */
  boolean isBroken() {
    return performing;
  }

  boolean isAnswerKept() {
    return answerKept;
  }

  /** What was found in what this step delivers; the most serious, if it delivers twice. */
  Optional<DeliveryCheck.Judged> judged() {
    return Optional.ofNullable(judged);
  }

  /** The row of a call of this step; none when the call is read-only or was refused. */
  Optional<LedgerRow> row(String callId) {
    return Optional.ofNullable(rowsByCall.get(callId));
  }

  @Override
  public Performance perform(Proposal proposed) {
    demandOnce(proposed.calls());
    asked = true;
    performing = true;
    proposal = proposed;
    // It is kept if the step stops here: the next attempt need not ask for it.
    cameForward = !answerKept;
    Performance performance = performed(proposed.calls());
    performing = false;
    if (performance instanceof Performed(List<CallResult> done)) results = done;
    return performance;
  }

  private void demandOnce(List<ToolCall> calls) {
    if (asked) throw new IllegalStateException("calls may be performed once in a step");
    Set<String> ids = new HashSet<>();
    for (ToolCall call : calls) {
      // One result would answer both, and one of them would never run.
      if (!ids.add(call.id())) {
        throw new IllegalArgumentException("two calls have the id \"" + call.id() + '"');
      }
    }
  }

  private Performance performed(List<ToolCall> calls) {
    List<Planned> plan = new ArrayList<>();
    for (ToolCall call : calls) plan.add(plan(call, plan.size()));
    List<LedgerRow> rows = new ArrayList<>();
    for (Planned each : plan) if (each instanceof Act act) rows.add(act.row());
    if (judged != null && isRefused(judged, rows)) {
      interrupted(new Interruption.Stale(judged));
      return new Interrupted();
    }
    if (!rows.isEmpty() && !isIntentWritten(rows)) return new Interrupted();
    List<CallResult> done = new ArrayList<>();
    while (done.size() < plan.size()) {
      Optional<List<CallResult>> next =
          runNext(plan.subList(done.size(), plan.size()), done.size());
      if (next.isEmpty()) return new Interrupted();
      done.addAll(next.get());
    }
    return new Performed(List.copyOf(done));
  }

  /** Runs an approved action; empty when the step was interrupted. */
  Optional<CallResult> runApproved(LedgerRow row, Tool tool) {
    rowsByCall.put(row.callId(), row);
    return carryOut(row, tool);
  }

  private sealed interface Planned {}

  private record Refused(ToolCall call, String why) implements Planned {}

  private record Read(ToolCall call, Tool tool) implements Planned {}

  private record Act(ToolCall call, Tool tool, LedgerRow row) implements Planned {}

  private Planned plan(ToolCall call, int ordinal) {
    if (ordinal >= task.funds().toolCallsLeft()) {
      return new Refused(call, "the task's budget of tool calls is used up");
    }
    Optional<Tool> found = agent.tool(call.tool());
    if (found.isEmpty()) return new Refused(call, "there is no tool named " + call.tool());
    Tool tool = found.get();
    int bytes = tool.isReadOnly() ? 0 : CallTexts.bytes(call.arguments());
    if (bytes > Defaults.ACTION_ARGUMENTS_BYTES_MAX) {
      return new Refused(
          call,
          "the arguments of an action may have at most %,d bytes, and these have %,d; it was not run"
              .formatted(Defaults.ACTION_ARGUMENTS_BYTES_MAX, bytes));
    }
    Instant now = worker.now();
    Judgement judgement = judgement(call, tool, now);
    return switch (judgement.ruling()) {
      case Gate.Ruling.Deny _ ->
          new Refused(call, "the gate denies %s: %s".formatted(call.tool(), judgement.why()));
      case Gate.Ruling.Allow _ ->
          tool.isReadOnly()
              ? new Read(call, tool)
              : new Act(call, tool, LedgerRow.planned(task, ordinal, call, false));
      case Gate.Ruling.Ask _ ->
          rejectedBefore(call, now)
              .or(() -> tooMuchToRead(bytes))
              .<Planned>map(why -> new Refused(call, why))
              .orElseGet(() -> new Act(call, tool, LedgerRow.planned(task, ordinal, call, true)));
    };
  }

  /** An earlier attempt that had its intent written was not refused, and may have delivered. */
  private boolean isRefused(DeliveryCheck.Judged delivery, List<LedgerRow> rows) {
    return delivery.ruling() == DeliveryCheck.Ruling.REFUSE
        && (!answerKept
            || store.rows(task.id(), rows.stream().map(LedgerRow::key).toList()).isEmpty());
  }

  /** A stale result makes the gate stricter, and never looser. */
  private Judgement judgement(ToolCall call, Tool tool, Instant now) {
    Optional<DeliveryCheck.Judged> found = deliveries.ofCall(call);
    Judgement judgement =
        new Asking(task, agent, history, proposal.confidence(), proposal.words(), found, now)
            .judge(tool, call);
    boolean isDenied = judgement.ruling() instanceof Gate.Ruling.Deny;
    found
        .filter(each -> !isDenied)
        .filter(each -> judged == null || each.ruling().compareTo(judged.ruling()) > 0)
        .ifPresent(each -> judged = each);
    return judgement;
  }

  private static Optional<String> tooMuchToRead(int bytes) {
    return bytes <= Defaults.ASKED_ARGUMENTS_BYTES_MAX
        ? Optional.empty()
        : Optional.of(
            "the arguments of an action that a person must read may have at most %,d bytes, and these have %,d; nobody was asked"
                .formatted(Defaults.ASKED_ARGUMENTS_BYTES_MAX, bytes));
  }

  /** A person said no to exactly this a short while ago: nobody is asked again until it is over. */
  private Optional<String> rejectedBefore(ToolCall call, Instant now) {
    String digest = call.argumentsDigest();
    return store.approvals(task.id()).stream()
        .filter(asked -> asked.rejects(call.tool(), digest, now))
        .findFirst()
        .map(asked -> asked.closing())
        .map(no ->
            "not asked again: answered at %s by %s with %s"
                .formatted(no.at(), no.by(), no.words()));
  }

  /** Writes the intent, or finds the one of an earlier attempt. */
  private boolean isIntentWritten(List<LedgerRow> planned) {
    for (LedgerRow row : planned) rowsByCall.put(row.callId(), row);
    if (answerKept && adoptStored(planned)) return true;
    var kept =
        new JournalItem.Answer(JournalItem.SCHEMA, task.id(), task.iteration(), proposal.answer());
    return switch (store.intend(task, kept, planned)) {
      case HELD -> {
        answerKept = true;
        yield true;
      }
      case LOST -> interrupted(new Interruption.Fenced());
      case CANCELLED -> interrupted(new Interruption.Cancelled());
    };
  }

  /** True when every planned row exists already; an earlier worker may have kept only reads. */
  private boolean adoptStored(List<LedgerRow> planned) {
    Set<String> missing = new HashSet<>(planned.stream().map(LedgerRow::key).toList());
    for (LedgerRow found : store.rows(task.id(), Set.copyOf(missing))) {
      LedgerRow wanted = rowsByCall.get(found.callId());
      if (wanted == null || !wanted.argumentsDigest().equals(found.argumentsDigest())) {
        throw new IllegalStateException(
            "task %s action %s was planned with other arguments; nothing is run"
                .formatted(task.id(), found.key()));
      }
      rowsByCall.put(found.callId(), found);
      missing.remove(found.key());
    }
    return missing.isEmpty();
  }

  private Optional<List<CallResult>> runNext(List<Planned> rest, int ordinal) {
    return switch (rest.getFirst()) {
      case Refused(ToolCall call, String why) ->
          Optional.of(List.of(new CallResult.Failed(call, why)));
      case Act(ToolCall call, Tool tool, LedgerRow planned) -> {
        LedgerRow row = rowsByCall.getOrDefault(call.id(), planned);
        String approvalId = row.approvalId();
        yield approvalId != null
            ? Optional.of(List.of(new CallResult.Pending(call, approvalId)))
            : carryOut(row, tool).map(List::of);
      }
      case Read _ -> runReads(rest, ordinal);
    };
  }

  private Optional<List<CallResult>> runReads(List<Planned> rest, int ordinal) {
    List<ToolCall> calls = new ArrayList<>();
    List<ToolRunner.Work<ToolOutcome>> works = new ArrayList<>();
    for (Planned each : rest) {
      if (!(each instanceof Read(ToolCall call, Tool tool))) break;
      String key = LedgerRow.key(task.id(), task.iteration(), tool.name(), ordinal + calls.size());
      Duration limit = tool.terms().timeLimit();
      Invocation invocation =
          new Invocation(task.id(), task.iteration(), key, limit, deliveries::past);
      calls.add(call);
      works.add(
          new ToolRunner.Work<>(() -> tool.body().perform(call.arguments(), invocation), limit));
    }
    Instant now = worker.now();
    boolean isInTime = works.stream().allMatch(each -> iteration.hasTimeFor(each.timeLimit(), now));
    if (!isInTime) return tooLate("what is to be read");
    if (isAnyParked(rest.subList(0, calls.size()))) return Optional.empty();
    List<ToolRunner.Answer<ToolOutcome>> answers = runner.run(works);
    List<CallResult> read = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      Optional<CallResult> result =
          readResult(calls.get(i), ((Read) rest.get(i)).tool(), answers.get(i));
      if (result.isEmpty()) return Optional.empty();
      read.add(result.get());
    }
    return Optional.of(read);
  }

  /** The next attempt has all the time; if this one had, too, and came no further, it failed. */
  private <T> Optional<T> tooLate(String what) {
    String why = "too little time was left for " + what;
    interrupted(new Interruption.Later(worker.now(), why, !cameForward));
    return Optional.empty();
  }

  private boolean isAnyParked(List<Planned> reads) {
    Set<Optional<String>> asked = new HashSet<>();
    for (Planned each : reads) {
      if (!(each instanceof Read(ToolCall _, Tool tool))) continue;
      // Reads that need the same are one probe of it: the second would wait for the first for ever.
      boolean isNews = asked.add(tool.dependency().map(Tool.Dependency::name));
      if (isParked(isNews ? tool.parked() : tool.halt().get())) return true;
    }
    return false;
  }

  /** Whether there is something to wait for: the step goes on later, and nothing has been tried. */
  private boolean isParked(Optional<Tool.Wait> wait) {
    wait.ifPresent(until -> interrupted(new Interruption.Later(until.until(), until.why(), false)));
    return wait.isPresent();
  }

  private Optional<CallResult> readResult(
      ToolCall call, Tool tool, ToolRunner.Answer<ToolOutcome> answer) {
    return switch (answer) {
      case ToolRunner.Said<ToolOutcome>(ToolOutcome outcome) ->
          switch (outcome) {
            case ToolOutcome.Succeeded(JsonNode output) ->
                Optional.of(new CallResult.Succeeded(call, CallTexts.capped(output)));
            case ToolOutcome.Failed(String why) -> Optional.of(new CallResult.Failed(call, why));
            case ToolOutcome.Unavailable(String why, Duration after) ->
                readAgain(call, tool, why, after);
          };
      case ToolRunner.Silent<ToolOutcome>(String why) -> readAgain(call, tool, why, Duration.ZERO);
    };
  }

  /** A read that the infrastructure failed is tried again; the model hears of the last attempt. */
  private Optional<CallResult> readAgain(ToolCall call, Tool tool, String why, Duration after) {
    if (isParked(tool.parked())) return Optional.empty();
    if (task.attempts().left() == 0) {
      return Optional.of(new CallResult.Failed(call, "unavailable: " + why));
    }
    Instant when = worker.now().plus(worker.backoff(task.attempts().used(), after));
    interrupted(new Interruption.Later(when, call.tool() + ": " + why, true));
    return Optional.empty();
  }

  private Optional<CallResult> carryOut(LedgerRow row, Tool tool) {
    return switch (actionRun.carryOut(row, tool)) {
      case ActionRun.Carried.Settled(LedgerRow settled) -> {
        rowsByCall.put(settled.callId(), settled);
        cameForward |= !settled.equals(row);
        yield Optional.of(result(settled));
      }
      case ActionRun.Carried.TooLate() -> tooLate(tool.name());
      case ActionRun.Carried.Stopped(Interruption why) -> {
        interrupted(why);
        yield Optional.empty();
      }
    };
  }

  private static CallResult result(LedgerRow row) {
    JsonNode output = row.result() == null ? TextNode.valueOf("") : row.result();
    return row.state() == LedgerRow.State.SUCCEEDED
        ? new CallResult.Succeeded(row.call(), output)
        : new CallResult.Failed(row.call(), output.asText());
  }

  private boolean interrupted(Interruption why) {
    interruption = why;
    return false;
  }
}
