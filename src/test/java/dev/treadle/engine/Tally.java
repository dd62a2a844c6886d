package dev.treadle.engine;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What happened in all worlds together, counted by name. Safe for several threads. */
final class Tally {
  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

  void count(String what) {
    add(what, 1);
  }

  void add(String what, long times) {
    counts.computeIfAbsent(what, _ -> new LongAdder()).add(times);
  }

  long of(String what) {
    LongAdder count = counts.get(what);
    return count == null ? 0 : count.sum();
  }

  /** The lines of a group, as {@code name count}. */
  String group(String prefix) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(counts)
        .forEach((name, count) -> {
          if (!name.startsWith(prefix)) return;
          if (!text.isEmpty()) text.append(", ");
          text.append(name.substring(prefix.length())).append(' ').append(count.sum());
        });
    return text.toString();
  }
}
