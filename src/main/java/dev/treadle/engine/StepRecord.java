package dev.treadle.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Agent;
import dev.treadle.CallResult;
import dev.treadle.CanonicalJson;
import dev.treadle.DeliveryCheck;
import dev.treadle.Redaction;
import dev.treadle.ShortText;
import dev.treadle.StepReport;
import dev.treadle.Tool;
import dev.treadle.engine.JournalItem.CallEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A step as the loop records it, whatever kind it was.
 *
 * @param answer absent when a pending call ran or the step failed
 * @param rows the ledger rows of its actions, by call id
 * @param words what the model said beside its calls
 * @param voided an approval that did not fit its action when that was to run
 * @param ranPending whether the step settled a call that was owed to the model
 * @param hopeless a fault that no later iteration can mend
 * @param judged what was found in what the step delivers
 * @param summary what came of it, when the step was to summarise earlier ones and did nothing else
 */
record StepRecord(
    @Nullable JsonNode answer,
    List<CallResult> results,
    List<CallEntry> calls,
    Map<String, LedgerRow> rows,
    StepReport report,
    String words,
    Optional<Approval> voided,
    boolean ranPending,
    Optional<String> hopeless,
    Optional<DeliveryCheck.Judged> judged,
    Optional<JournalItem.Summary> summary) {
  private static final int URL_BYTES_MAX = 500;

  /** The calls as the journal keeps them: texts cut so that one entry fits its transaction. */
  static List<CallEntry> calls(List<CallResult> results, Map<String, LedgerRow> rows, Agent agent) {
    int share = Defaults.STEP_OUTPUT_CHARS_MAX / Math.max(1, results.size());
    int charsMax = Math.min(Defaults.TOOL_OUTPUT_CHARS_MAX, share);
    List<CallEntry> calls = new ArrayList<>();
    for (CallResult result : results) {
      String whole = text(result);
      LedgerRow row = rows.get(result.call().id());
      calls.add(
          new CallEntry(
              result.call().id(),
              result.call().tool(),
              result.call().argumentsDigest(),
              row == null ? null : row.key(),
              kind(result),
              CallTexts.cut(whole, charsMax),
              CanonicalJson.sha256(whole),
              agent
                  .tool(result.call().tool())
                  .map(Tool::terms)
                  .map(Tool.Terms::pollableMax)
                  .orElse(CallEntry.NO_TOOL),
              row == null ? url(result.call().arguments()) : null,
              bringsOutsideText(result, agent)));
    }
    return calls;
  }

  private static boolean bringsOutsideText(CallResult result, Agent agent) {
    return !(result instanceof CallResult.Pending)
        && agent.tool(result.call().tool()).filter(tool -> tool.terms().outsideText()).isPresent();
  }

  /** The first address among the arguments, if any of them is one. */
  private static @Nullable String url(JsonNode arguments) {
    for (JsonNode value : arguments) {
      boolean isAddress =
          value.isTextual()
              && (value.textValue().startsWith("https://")
                  || value.textValue().startsWith("http://"));
      if (isAddress) return ShortText.of(CallTexts.clean(value.textValue()), URL_BYTES_MAX);
    }
    return null;
  }

  private static CallEntry.Result kind(CallResult result) {
    return switch (result) {
      case CallResult.Succeeded _ -> CallEntry.Result.SUCCEEDED;
      case CallResult.Failed _ -> CallEntry.Result.FAILED;
      case CallResult.Pending _ -> CallEntry.Result.PENDING;
    };
  }

  private static String text(CallResult result) {
    return switch (result) {
      case CallResult.Succeeded(var _, JsonNode output) -> CallTexts.of(output);
      case CallResult.Failed(var _, String why) -> CallTexts.clean(Redaction.byShape(why));
      case CallResult.Pending _ -> "waits for a human";
    };
  }
}
