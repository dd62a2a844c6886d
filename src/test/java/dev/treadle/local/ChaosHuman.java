package dev.treadle.local;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import dev.treadle.Reason;
import dev.treadle.TaskId;
import dev.treadle.engine.LedgerRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Answers whoever waits, some time later, sometimes twice. Says no to a tenth of the payments, and
 * about an unknown outcome what the outside world shows.
 */
final class ChaosHuman implements AutoCloseable {
  private static final int THINKING_MILLIS_MAX = 2_500;
  private static final int REFUSED_PERCENT = 10;
  private static final int TWICE_PERCENT = 10;
  private static final String BY_HAND = "chaos";

  private final ChaosRuntime runtime;
  private final EffectClient effects;
  private final SplittableRandom random;
  private final ExecutorService hands = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<TaskId> inHand = ConcurrentHashMap.newKeySet();
  private final Set<TaskId> refused = new HashSet<>();
  private final Set<TaskId> allowed = new HashSet<>();
  private final Set<String> resolved = ConcurrentHashMap.newKeySet();

  ChaosHuman(ChaosRuntime runtime, EffectClient effects, SplittableRandom random) {
    this.runtime = runtime;
    this.effects = effects;
    this.random = random;
  }

  void asked(ChaosRuntime.Seen task) {
    if (!inHand.add(task.id())) return;
    hands.execute(() -> {
      try {
        Thread.sleep(draw(THINKING_MILLIS_MAX));
        answer(task);
      } catch (IOException unanswered) {
        throw new UncheckedIOException(unanswered);
      } catch (InterruptedException over) {
        Thread.currentThread().interrupt();
      } finally {
        inHand.remove(task.id());
      }
    });
  }

  private void answer(ChaosRuntime.Seen task) throws IOException, InterruptedException {
    if (task.reason().equals(Reason.OUTCOME_UNKNOWN.wireName())) {
      resolve(task.id());
    } else {
      decide(task.id());
    }
  }

  private void decide(TaskId id) {
    boolean isRefused = isRefused(id);
    String[] answer =
        isRefused
            ? new String[] {"reject", id.value(), "--why", "not today"}
            : new String[] {"approve", id.value(), "--comment", BY_HAND};
    runtime.later(answer);
    if (draw(100) < TWICE_PERCENT) runtime.later(answer);
  }

  /** One mind about one payment, however often it is asked. */
  private synchronized boolean isRefused(TaskId id) {
    if (refused.contains(id) || allowed.contains(id)) return refused.contains(id);
    boolean isRefused = random.nextInt(100) < REFUSED_PERCENT;
    var _ = (isRefused ? refused : allowed).add(id);
    return isRefused;
  }

  private void resolve(TaskId id) throws IOException, InterruptedException {
    Optional<LedgerRow> unknown = runtime.show(id).flatMap(ChaosHuman::unknown);
    if (unknown.isEmpty()) return;
    String what = unknown.get().arguments().path("what").asText();
    String truth = effects.count(id, what) > 0 ? "happened" : "run";
    runtime.later("resolve", id.value(), truth, "--comment", BY_HAND);
    resolved.add(unknown.get().key());
  }

  private static Optional<LedgerRow> unknown(String shown) {
    for (JsonNode row : Json.read(shown, JsonNode.class).path("ledger")) {
      LedgerRow read = Json.bind(row, LedgerRow.class);
      if (read.state() == LedgerRow.State.UNKNOWN) return Optional.of(read);
    }
    return Optional.empty();
  }

  private synchronized int draw(int bound) {
    return random.nextInt(bound);
  }

  synchronized Set<TaskId> refusedTasks() {
    return Set.copyOf(refused);
  }

  synchronized int approved() {
    return allowed.size();
  }

  synchronized int rejected() {
    return refused.size();
  }

  int resolved() {
    return resolved.size();
  }

  @Override
  public void close() {
    hands.shutdownNow();
  }
}
