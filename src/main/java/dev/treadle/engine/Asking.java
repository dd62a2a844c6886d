package dev.treadle.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Agent;
import dev.treadle.DeliveryCheck;
import dev.treadle.Gate;
import dev.treadle.Judgement;
import dev.treadle.OnExpiry;
import dev.treadle.Preview;
import dev.treadle.Quorum;
import dev.treadle.Severity;
import dev.treadle.ShortText;
import dev.treadle.Tool;
import dev.treadle.ToolCall;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Puts a question to people about an action of a task: everything frozen that they need, and
 * nothing in it that the model could have dressed up as a fact.
 *
 * @param history what the task had read when the model proposed the action
 * @param given the model's own confidence, if the step that proposed it has one
 * @param words what the model said beside its calls
 * @param judged what was found in the delivery that the step makes, if it makes one
 */
record Asking(
    Task task,
    Agent agent,
    History history,
    Optional<Double> given,
    String words,
    Optional<DeliveryCheck.Judged> judged,
    Instant now) {
  private static final String STRAYS = "outside-text-outward";
  private static final String STRAYS_WORDS =
      "Text from outside was read before, and where this reaches is in no trusted input.";
  static final String STALE = "stale-delivery";
  private static final int TITLE_BYTES_MAX = 300;
  private static final int EXPLANATION_BYTES_MAX = 8 * 1024;

  /** With the frozen arguments, evidence and explanation a question stays one item of a table. */
  private static final int PREVIEW_CHARS_MAX = 32 * 1024;

  /** What the gate says about a call. */
  Judgement judge(Tool tool, ToolCall call) {
    boolean tainted = Taint.of(task, history, tool, call);
    Judgement ruled = agent.gate().judge(Gate.Subject.of(tool, confidence(), tainted));
    Judgement judgement =
        Taint.strays(task, history, tool, call)
            ? ruled.asking(STRAYS, Severity.HIGH, STRAYS_WORDS)
            : ruled;
    return staleness(tool).map(stale -> stale(judgement, stale.words())).orElse(judgement);
  }

  static Judgement stale(Judgement judgement, String words) {
    return judgement.asking(STALE, Severity.HIGH, "The result is stale: " + words);
  }

  private Optional<DeliveryCheck.Judged> staleness(Tool tool) {
    return judged
        .filter(each -> each.ruling() == DeliveryCheck.Ruling.ASK)
        .filter(_ -> agent.drift().deliveredBy().contains(tool.name()));
  }

  /** May this run? */
  Approval action(LedgerRow row, Tool tool) {
    Judgement judgement = judge(tool, row.call());
    // The policy may have changed since the action was planned: planned to be asked is asked.
    Gate.Ruling.Ask ask =
        judgement.ruling() instanceof Gate.Ruling.Ask asked
            ? asked
            : Gate.Ruling.Ask.USUAL.atLeast(Severity.of(tool.effect(), tool.blastRadius()));
    return question(
        row.key(),
        row,
        tool,
        Approval.Kind.ACTION,
        new Approval.Grounds(
            judgement.ruleIds(),
            judgement.why(),
            ask.severity(),
            confidence().orElse(null),
            Taint.of(task, history, tool, row.call()),
            history.evidence(),
            ShortText.of(CallTexts.clean(words), EXPLANATION_BYTES_MAX)),
        new Approval.Terms(ask.group(), ask.quorum(), ask.onExpiry()),
        ask.expiry().orElse(agent.limits().approvalExpiry()));
  }

  /** It was started: did it happen? Silence leaves the task waiting, until its deadline. */
  Approval outcome(LedgerRow row, Tool tool) {
    Severity severity = Severity.of(tool.effect(), tool.blastRadius()).atLeast(Severity.HIGH);
    return question(
        outcomeId(row),
        row,
        tool,
        Approval.Kind.OUTCOME,
        new Approval.Grounds(
            List.of("outcome-unknown"),
            "It was started at %s, and nobody knows whether it happened."
                .formatted(row.startedAt()),
            severity,
            null,
            history.tainted(),
            history.evidence(),
            ""),
        termsOfOutcome(row, tool),
        agent.limits().approvalExpiry());
  }

  /**
   * Whoever says that it may run again allows it: those who may allow the action itself, and nobody
   * whom its gate excludes.
   */
  private Approval.Terms termsOfOutcome(LedgerRow row, Tool tool) {
    Gate.Ruling.Ask ask =
        judge(tool, row.call()).ruling() instanceof Gate.Ruling.Ask asked
            ? asked
            : Gate.Ruling.Ask.USUAL;
    Quorum one = new Quorum(1, ask.quorum().excludesRequester());
    return new Approval.Terms(ask.group(), one, OnExpiry.STAY_PARKED);
  }

  /** A task that ended and was resumed asks again: what was closed stays as it was. */
  private String outcomeId(LedgerRow row) {
    return LedgerRow.revisedKey(row.key(), "outcome, version " + task.version());
  }

  private Approval question(
      String id,
      LedgerRow row,
      Tool tool,
      Approval.Kind kind,
      Approval.Grounds grounds,
      Approval.Terms terms,
      Duration time) {
    return new Approval(
        Approval.SCHEMA,
        id,
        task.id(),
        row.iteration(),
        row.ordinal(),
        kind,
        row.key(),
        compared(frozen(tool, row.arguments(), row.argumentsDigest()), tool),
        grounds,
        source(),
        terms,
        Approval.Timing.from(now, time),
        List.of(),
        Approval.State.OPEN,
        1,
        null);
  }

  /** A stale delivery is shown beside the last one. */
  private Approval.Action compared(Approval.Action action, Tool tool) {
    List<List<String>> lines =
        staleness(tool).stream()
            .flatMap(stale -> stale.comparison().stream())
            .map(line -> List.of(line.what(), line.before(), line.now()))
            .toList();
    return lines.isEmpty()
        ? action
        : action.showing(
            Preview.table("Compared with the last run", List.of("what", "before", "now"), lines));
  }

  private Approval.Source source() {
    long left = task.funds().costMicrosLeft();
    long spent = Math.max(0, agent.limits().budget().costMicros() - left);
    return new Approval.Source(
        agent.name(), task.origin().triggeredBy(), agent.model(), spent, left);
  }

  /** The last known confidence counts when the step gave none. */
  private Optional<Double> confidence() {
    return given.or(() -> Optional.ofNullable(history.confidence()));
  }

  /** The action as the tool itself shows it. */
  static Approval.Action frozen(Tool tool, JsonNode arguments, String argumentsDigest) {
    return new Approval.Action(
        tool.name(),
        arguments,
        argumentsDigest,
        tool.effect(),
        tool.blastRadius(),
        title(tool, arguments),
        preview(tool, arguments),
        tool.terms().undo().orElse(null),
        tool.input().json(),
        tool.review().fixed().stream().sorted().toList());
  }

  private static String title(Tool tool, JsonNode arguments) {
    try {
      return ShortText.of(CallTexts.clean(tool.review().title().apply(arguments)), TITLE_BYTES_MAX);
    } catch (RuntimeException unshown) {
      // A tool that cannot show a call must not keep the question from being asked.
      return "Run " + tool.name();
    }
  }

  private static List<Preview> preview(Tool tool, JsonNode arguments) {
    try {
      List<Preview> shown = tool.review().preview().apply(arguments);
      int chars = shown.stream().mapToInt(each -> each.content().toString().length()).sum();
      if (chars <= PREVIEW_CHARS_MAX) return shown;
      return List.of(
          Preview.text(
              "Preview", "%d characters are too long for it; see the arguments".formatted(chars)));
    } catch (RuntimeException unshown) {
      return List.of(Preview.text("Preview", "the tool could not show it; see the arguments"));
    }
  }
}
