package dev.treadle.web;

import dev.treadle.Limits;
import dev.treadle.TaskId;
import dev.treadle.Violation;
import dev.treadle.engine.Loop;
import dev.treadle.engine.Operator;
import dev.treadle.engine.OperatorAnswer;
import dev.treadle.engine.Raise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What operators do to a task, from the fields that they sent. Each needs a reason; with a version
 * it is done only to the task that they saw.
 */
final class Deeds {
  private static final long VERSION_ANY = -1;

  /** What can be done, by its word in an address. */
  enum Deed {
    CANCEL,
    RESUME,
    RAISE,
    REDRIVE,
    FORK;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether it was done, or which rules the fields break. */
  sealed interface Answer {}

  /** The engine's word. */
  record Told(OperatorAnswer answer) implements Answer {}

  /** Nothing was tried. */
  record Invalid(List<Violation> violations) implements Answer {}

  private final Loop loop;
  private final Fields fields;
  private final List<Violation> violations = new ArrayList<>();

  private Deeds(Loop loop, Fields fields) {
    this.loop = loop;
    this.fields = fields;
  }

  static Answer perform(Loop loop, Deed deed, TaskId id, Fields fields, String who) {
    return new Deeds(loop, fields).performed(deed, id, who);
  }

  private Answer performed(Deed deed, TaskId id, String who) {
    String why = Submission.reason(fields, violations);
    long version = number("version", VERSION_ANY);
    Operator operator = version == VERSION_ANY ? loop.operator() : loop.operator().ifStill(version);
    return switch (deed) {
      case CANCEL -> valid().orElseGet(() -> new Told(operator.cancel(id, who, why)));
      case REDRIVE -> valid().orElseGet(() -> new Told(operator.redrive(id, who, why)));
      case RESUME -> {
        Raise raise = raise();
        yield valid().orElseGet(() -> new Told(operator.resume(id, raise, who, why)));
      }
      case RAISE -> {
        Raise raise = raise();
        yield valid().orElseGet(() -> new Told(operator.raise(id, raise, who, why)));
      }
      case FORK -> {
        int checkpoint = (int) number("checkpoint", 0);
        String as = fields.text("new_task_id").strip();
        if (!TaskId.isLegal(as)) broken("new_task_id", "must be " + TaskId.RULE);
        yield valid()
            .orElseGet(() -> new Told(loop.fork().fork(id, checkpoint, new TaskId(as), who, why)));
      }
    };
  }

  private Raise raise() {
    Raise usual = Raise.USUAL;
    int iterations = (int) number("iterations", usual.iterations());
    long micros = number("cost_micros", usual.costMicros());
    long tokens = number("tokens", usual.tokens());
    int calls = (int) number("tool_calls", usual.toolCalls());
    long hours = number("hours", usual.time().toHours());
    if (iterations < 1 || iterations > Limits.MAX_ITERATIONS_CEILING) {
      broken("iterations", "must be from 1 to " + Limits.MAX_ITERATIONS_CEILING);
      return usual;
    }
    if (hours > Raise.HOURS_MAX) {
      broken("hours", "must be at most " + Raise.HOURS_MAX);
      return usual;
    }
    return new Raise(iterations, usual.retries(), micros, tokens, calls, Duration.ofHours(hours));
  }

  /** A whole number that is not negative. */
  private long number(String name, long otherwise) {
    String text = fields.text(name).strip();
    if (text.isEmpty()) return otherwise;
    if (text.matches("[0-9]{1,9}")) return Long.parseLong(text);
    broken(name, "must be a whole number from 0 to 999999999");
    return otherwise;
  }

  private void broken(String field, String rule) {
    violations.add(new Violation(field, rule));
  }

  private Optional<Answer> valid() {
    return violations.isEmpty() ? Optional.empty() : Optional.of(new Invalid(violations));
  }
}
