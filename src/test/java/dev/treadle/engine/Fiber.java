package dev.treadle.engine;

import dev.treadle.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One deed of a node in a simulated world, and what the table has told it so far. */
final class Fiber {
  final Node node;
  final String deed;
  final Coroutine coroutine;
  final Instant dies;
  final Runnable afterwards;

  /** Nobody kills it for being slow, except in the middle of a call that it has started. */
  final boolean immortal;

  /** An action is started and the other side has not answered. */
  boolean inCall;

  /** Counts its pauses, so that only the latest is ended. */
  int naps;

  String token = "";
  @Nullable Claim claim;
  final Map<TaskId, Task> seen = new HashMap<>();
  final Set<TaskId> refusedResend = new HashSet<>();
  final Set<String> startedKeys = new HashSet<>();
  @Nullable Raise raise;

  Fiber(
      Node node,
      String deed,
      Instant now,
      Duration life,
      boolean immortal,
      Runnable body,
      Runnable afterwards) {
    this.node = node;
    this.deed = deed;
    this.dies = now.plus(life);
    this.immortal = immortal;
    this.coroutine = new Coroutine(body);
    this.afterwards = afterwards;
  }

  boolean diesBy(Instant time) {
    return (!immortal || inCall) && time.isAfter(dies);
  }
}
