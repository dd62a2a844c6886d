package dev.treadle;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The four statuses of a task. {@code DONE} never changes; {@code FAILED} only by a resume. */
public enum Status {
  RUNNING,
  WAITING_FOR_HUMAN,
  DONE,
  FAILED;

  public boolean isTerminal() {
    return switch (this) {
      case RUNNING, WAITING_FOR_HUMAN -> false;
      case DONE, FAILED -> true;
    };
  }

  @JsonValue
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  @JsonCreator
  public static Status ofWireName(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }
}
