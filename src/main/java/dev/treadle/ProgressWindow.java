package dev.treadle;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The last calls, errors and idle iterations of a task: what the terminator needs to see that a
 * task goes in circles. Immutable; part of every snapshot.
 *
 * <p>Judges by outcome: a repeated call that failed counts as a repeated error, and a tool that may
 * be polled is fine while its result changes.
 *
 * @param calls the last {@value #CALLS_KEPT}, oldest first
 * @param errors the last {@value #ERRORS_KEPT}, oldest first
 * @param idleIterations in a row, that learnt nothing new and changed nothing
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record ProgressWindow(List<Seen> calls, List<String> errors, int idleIterations) {
  public static final int CALLS_KEPT = 12;
  public static final int ERRORS_KEPT = 3;
  private static final int PING_PONG_CALLS = 6;
  public static final ProgressWindow EMPTY = new ProgressWindow(List.of(), List.of(), 0);

  /**
   * A finished call.
   *
   * @param pollableMax as the tool declared it; zero when the tool is not polled
   */
  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  public record Seen(
      String tool, String argumentsDigest, String resultDigest, boolean failed, int pollableMax) {
    boolean isSameCall(Seen other) {
      return tool.equals(other.tool) && argumentsDigest.equals(other.argumentsDigest);
    }
  }

  /** What the window shows: a reason to stop, or one to warn the model. */
  public record Finding(Optional<String> stuck, Optional<String> warning) {}

  @SuppressWarnings("ConstantValue") // A stored window leaves out what is empty.
  public ProgressWindow {
    calls = calls == null ? List.of() : List.copyOf(calls);
    errors = errors == null ? List.of() : List.copyOf(errors);
  }

  /**
   * The window after one more iteration.
   *
   * @param changed working memory or the ledger changed
   */
  public ProgressWindow after(List<Seen> newCalls, List<String> newErrors, boolean changed) {
    Set<String> known = new HashSet<>();
    calls.forEach(call -> known.add(call.tool() + call.resultDigest()));
    boolean learnt =
        newCalls.stream()
            .anyMatch(call -> !call.failed() && known.add(call.tool() + call.resultDigest()));
    return new ProgressWindow(
        last(CALLS_KEPT, calls, newCalls),
        last(ERRORS_KEPT, errors, newErrors),
        learnt || changed ? 0 : idleIterations + 1);
  }

  private static <T> List<T> last(int kept, List<T> old, List<T> added) {
    List<T> all = new ArrayList<>(old);
    all.addAll(added);
    return all.subList(Math.max(0, all.size() - kept), all.size());
  }

  /**
   * Judges the window after an iteration.
   *
   * @param before the window before it: what that warned of is not said again
   */
  public Finding judge(ProgressWindow before, Limits.Patience patience) {
    Optional<String> stuck =
        repeatedCall(patience)
            .or(this::unchangedPoll)
            .or(this::pingPong)
            .or(this::repeatedError)
            .or(() -> idle(patience));
    Set<String> said = before.warnings(patience);
    return new Finding(
        stuck, warnings(patience).stream().filter(each -> !said.contains(each)).findFirst());
  }

  private Optional<String> repeatedCall(Limits.Patience patience) {
    return calls.stream()
        .filter(call -> timesSucceeded(call) >= patience.sameCallMax())
        .findFirst()
        .map(call ->
            "%s was called %d times with the same arguments"
                .formatted(call.tool(), timesSucceeded(call)));
  }

  /** By call, so that a second call in circles is warned of even while the first is remembered. */
  private Set<String> warnings(Limits.Patience patience) {
    Set<String> warnings = new LinkedHashSet<>();
    for (Seen call : calls) {
      if (timesSucceeded(call) != 2 || patience.sameCallMax() <= 2) continue;
      warnings.add(
          "You have called %s twice with the same arguments (digest %.8s). A third time ends the task."
              .formatted(call.tool(), call.argumentsDigest()));
    }
    return warnings;
  }

  private long timesSucceeded(Seen call) {
    if (call.failed() || call.pollableMax() > 0) return 0;
    return calls.stream().filter(each -> !each.failed() && each.isSameCall(call)).count();
  }

  private Optional<String> unchangedPoll() {
    for (Seen call : calls) {
      if (call.pollableMax() == 0 || call.failed()) continue;
      int equalInARow = 0;
      for (Seen each : calls) {
        if (!each.isSameCall(call)) continue;
        equalInARow = each.resultDigest().equals(call.resultDigest()) ? equalInARow + 1 : 0;
      }
      if (equalInARow >= call.pollableMax()) {
        return Optional.of("%s gave the same result %d times".formatted(call.tool(), equalInARow));
      }
    }
    return Optional.empty();
  }

  private Optional<String> pingPong() {
    if (calls.size() < PING_PONG_CALLS) return Optional.empty();
    List<Seen> latest = calls.subList(calls.size() - PING_PONG_CALLS, calls.size());
    Seen a = latest.get(0);
    Seen b = latest.get(1);
    if (a.equals(b)) return Optional.empty();
    for (int i = 0; i < PING_PONG_CALLS; i++) {
      if (!latest.get(i).equals(i % 2 == 0 ? a : b)) return Optional.empty();
    }
    return Optional.of("%s and %s alternate without a change".formatted(a.tool(), b.tool()));
  }

  private Optional<String> repeatedError() {
    if (errors.size() < ERRORS_KEPT || Set.copyOf(errors).size() > 1) return Optional.empty();
    return Optional.of("the same error %d times: %s".formatted(ERRORS_KEPT, errors.getFirst()));
  }

  private Optional<String> idle(Limits.Patience patience) {
    if (idleIterations < patience.idleIterationsMax()) return Optional.empty();
    return Optional.of(idleIterations + " iterations learnt nothing and changed nothing");
  }
}
