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
  /** Room for journals. */
  public static final int JOURNAL_CHARS_MAX = 8 * 1024 * 1024;

  private final Function<String, T> parser;
  private final int charsMax;
  private final Map<String, T> known = new LinkedHashMap<>(16, 0.75f, true);
  private long chars;

  /**
   * Keeps the latest.
   *
   * @param charsMax of all texts that are kept; with what was parsed from it, a character is about
   *     three bytes of heap
   */
  public Readings(Function<String, T> parser, int charsMax) {
    this.parser = parser;
    this.charsMax = charsMax;
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

  /** Learns what a text says from whoever has just written it. */
  public void keep(String text, T parsed) {
    synchronized (known) {
      if (known.put(text, parsed) == null) chars += text.length();
      Iterator<String> oldest = known.keySet().iterator();
      while (chars > charsMax) {
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
