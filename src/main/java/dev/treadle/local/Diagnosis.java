package dev.treadle.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import java.util.Locale;

/**
 * One thing that was looked at.
 *
 * @param words what was found
 * @param remedy what to do; empty when there is nothing to do
 */
record Diagnosis(Level level, String about, String words, String remedy) {
  /** How bad it is. */
  enum Level {
    OK,
    /** Works, and somebody may have meant it otherwise. */
    NOTE,
    WRONG
  }

  static Diagnosis ok(String about, String words) {
    return new Diagnosis(Level.OK, about, words, "");
  }

  static Diagnosis note(String about, String words, String remedy) {
    return new Diagnosis(Level.NOTE, about, words, remedy);
  }

  static Diagnosis wrong(String about, String words, String remedy) {
    return new Diagnosis(Level.WRONG, about, words, remedy);
  }

  boolean isWrong() {
    return level == Level.WRONG;
  }

  ObjectNode document() {
    return Json.object()
        .put("level", level.name().toLowerCase(Locale.ROOT))
        .put("about", about)
        .put("words", words)
        .put("remedy", remedy);
  }

  String line() {
    String level =
        switch (this.level) {
          case OK -> "ok";
          case NOTE -> "note";
          case WRONG -> "WRONG";
        };
    String line = "%-5s  %-12s  %s".formatted(level, about, words);
    return remedy.isEmpty() ? line : line + "\n       %-12s  -> %s".formatted("", remedy);
  }
}
