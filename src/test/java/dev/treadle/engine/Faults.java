package dev.treadle.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Counts every call that a world makes to its store, queue, model and tools, and lets chosen ones
 * fail. Points are numbered from 0 in the order of the calls, so that an undisturbed run names the
 * places where the next one may break.
 */
final class Faults implements Io {
  /** The ways in which a call may go wrong. */
  enum Fate {
    /** The worker is gone and the call was never made. */
    DIE_BEFORE,
    /** The call had its effect and then the worker was gone. */
    DIE_AFTER,
    /** The call had its effect, and the worker hears of a broken connection. */
    LOSE_REPLY,
    /** The call had no effect, and the worker hears of a broken connection. */
    UNAVAILABLE
  }

  /** The end of a worker: no catch site of the engine may hold it. */
  static final class Crash extends Error {
    private static final long serialVersionUID = 1L;

    Crash(String where) {
      super("the worker died at " + where, null, false, false);
    }
  }

  /** What a client of a store or queue throws when it cannot say what happened. */
  static final class LostReply extends UncheckedIOException {
    private static final long serialVersionUID = 1L;

    LostReply(String where) {
      super("no reply from " + where, new IOException("connection reset"));
    }
  }

  final List<String> trace = new ArrayList<>();
  private final Map<Integer, Fate> fates = new TreeMap<>();
  private final Map<Integer, Runnable> interludes = new TreeMap<>();
  private final Map<String, Fate> fatesByCall = new HashMap<>();
  private final Map<String, Runnable> interludesByCall = new HashMap<>();
  private boolean suspended;
  private Optional<Io> other = Optional.empty();

  /** Leaves all decisions to somebody else; nothing is counted here then. */
  void leaveTo(Io decider) {
    other = Optional.of(decider);
  }

  Faults at(int point, Fate fate) {
    fates.put(point, fate);
    return this;
  }

  /** Lets something else happen right before a call, outside the count and without faults. */
  Faults before(int point, Runnable interlude) {
    interludes.put(point, interlude);
    return this;
  }

  /** Breaks the nth call of a kind, counted from 1. */
  Faults at(String where, int nth, Fate fate) {
    fatesByCall.put(where + nth, fate);
    return this;
  }

  /** Lets something else happen right before the nth call of a kind. */
  Faults before(String where, int nth, Runnable interlude) {
    interludesByCall.put(where + nth, interlude);
    return this;
  }

  int points() {
    return trace.size();
  }

  @Override
  public <T> T io(String where, Supplier<T> call) {
    if (other.isPresent()) return other.get().io(where, call);
    if (suspended) return call.get();
    int point = trace.size();
    trace.add(where);
    String name = where + Collections.frequency(trace, where);
    outside(interludes.getOrDefault(point, () -> {}));
    outside(interludesByCall.getOrDefault(name, () -> {}));
    return switch (fates.getOrDefault(point, fatesByCall.get(name))) {
      case null -> call.get();
      case DIE_BEFORE -> throw new Crash(where);
      case UNAVAILABLE -> throw new LostReply(where);
      case DIE_AFTER -> {
        T _ = call.get();
        throw new Crash(where);
      }
      case LOSE_REPLY -> {
        T _ = call.get();
        throw new LostReply(where);
      }
    };
  }

  /** Runs something that is not part of the counted world: another worker, or the oracle. */
  void outside(Runnable deed) {
    boolean was = suspended;
    suspended = true;
    try {
      deed.run();
    } finally {
      suspended = was;
    }
  }
}
