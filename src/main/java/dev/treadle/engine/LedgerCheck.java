package dev.treadle.engine;

import dev.treadle.CanonicalJson;
import dev.treadle.engine.JournalItem.CallEntry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether the ledger is the one that a whole journal tells of: every action that it names is there,
 * under its own key, with the arguments and the result that it names.
 */
public final class LedgerCheck {
  private LedgerCheck() {}

  /** The first action that does not hold, and why, in words. */
  public static Optional<String> firstBad(List<JournalItem> journal, List<LedgerRow> ledger) {
    Map<String, LedgerRow> rows =
        ledger.stream().collect(Collectors.toMap(LedgerRow::key, Function.identity()));
    Map<String, LedgerRow> edited = new HashMap<>();
    for (LedgerRow row : ledger) {
      if (row.revisedAs() instanceof String later) edited.put(later, row);
    }
    for (LedgerRow row : ledger) {
      Optional<String> flaw = flaw(row, Optional.ofNullable(edited.get(row.key())));
      if (flaw.isPresent()) return flaw;
    }
    return calls(journal)
        .flatMap(call -> flaw(call, Optional.ofNullable(rows.get(call.actionKey()))).stream())
        .findFirst();
  }

  /** The actions that a journal names. */
  public static Set<String> actionKeys(List<JournalItem> journal) {
    return calls(journal).map(CallEntry::actionKey).collect(Collectors.toSet());
  }

  /** What a row is called in a finding. */
  public static String name(LedgerRow row) {
    return "action %s (%s)".formatted(row.key(), row.tool());
  }

  private static Stream<CallEntry> calls(List<JournalItem> journal) {
    return journal.stream()
        .filter(JournalItem.Entry.class::isInstance)
        .flatMap(item -> ((JournalItem.Entry) item).calls().stream())
        .filter(call -> call.actionKey() != null);
  }

  /**
   * What is wrong with a row by itself.
   *
   * @param origin the row that an edit put this one in the place of
   */
  private static Optional<String> flaw(LedgerRow row, Optional<LedgerRow> origin) {
    if (!row.call().argumentsDigest().equals(row.argumentsDigest())) {
      return Optional.of(name(row) + ": its arguments are not those of its digest");
    }
    String key =
        origin
            .map(old -> LedgerRow.revisedKey(old.key(), row.argumentsDigest()))
            .orElseGet(
                () -> LedgerRow.key(row.taskId(), row.iteration(), row.tool(), row.ordinal()));
    return key.equals(row.key())
        ? Optional.empty()
        : Optional.of(name(row) + ": its key is not that of such an action");
  }

  private static Optional<String> flaw(CallEntry call, Optional<LedgerRow> found) {
    if (found.isEmpty()) {
      return Optional.of("action %s (%s): it is gone".formatted(call.actionKey(), call.tool()));
    }
    LedgerRow row = found.get();
    boolean isSame =
        row.tool().equals(call.tool()) && row.argumentsDigest().equals(call.argumentsDigest());
    if (!isSame) return Optional.of(name(row) + ": the journal names other arguments");
    if (call.result() != CallEntry.Result.SUCCEEDED) return Optional.empty();
    boolean isTold =
        row.state() == LedgerRow.State.SUCCEEDED
            && row.result() != null
            && CanonicalJson.sha256(CallTexts.of(row.result())).equals(call.resultDigest());
    return isTold
        ? Optional.empty()
        : Optional.of(name(row) + ": the journal names another result");
  }
}
