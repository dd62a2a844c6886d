package dev.treadle.engine;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads stored documents that never change once they are written, and parses only those that this
 * process has not met: nearly all that a claim reads was read for the iteration before.
 *
 * <p>The text alone says which document it is, so nothing can be out of date. Safe for several
 * threads, which share what they read and must not change it.
 */
public final class Readings<T> {
  /** With what was parsed from it, about three bytes of heap a character. */
  private static final int CHARS_MAX = 8 * 1024 * 1024;

  private final Function<String, T> parser;
  private final Map<String, T> known = new LinkedHashMap<>(16, 0.75f, true);
  private long chars;

  public Readings(Function<String, T> parser) {
    this.parser = parser;
  }

  public T read(String text) {
    synchronized (known) {
      T met = known.get(text);
      if (met != null) return met;
    }
    T parsed = parser.apply(text);
    keep(text, parsed);
    return parsed;
  }

  private void keep(String text, T parsed) {
    synchronized (known) {
      if (known.put(text, parsed) == null) chars += text.length();
      Iterator<String> oldest = known.keySet().iterator();
      while (chars > CHARS_MAX) {
        chars -= oldest.next().length();
        oldest.remove();
      }
    }
  }

  /** The texts that say something else than what was parsed from them: somebody has changed it. */
  public List<String> changed() {
    synchronized (known) {
      List<String> changed = new ArrayList<>();
      known.forEach((text, parsed) -> {
        if (!parser.apply(text).equals(parsed)) changed.add(text);
      });
      return changed;
    }
  }
}
