package dev.treadle.lambda;

import dev.treadle.Redaction;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtHandler;

/**
 * The one place through which everything that is logged leaves: messages, parameters and stack
 * traces, by whomever they were written.
 */
public final class LogGate {
  private LogGate() {}

  /** Lets nothing pass unredacted that this process logs from now on. May be called again. */
  public static void close(Redaction redaction) {
    for (Handler handler : Logger.getLogger("").getHandlers()) close(handler, redaction);
  }

  static void close(Handler handler, Redaction redaction) {
    Formatter open = handler.getFormatter();
    if (open != null && !(open instanceof Redacting)) {
      handler.setFormatter(new Redacting(open, redaction));
    }
    if (handler instanceof ExtHandler outer) {
      for (Handler inner : outer.getHandlers()) close(inner, redaction);
    }
  }

  /** Formats as another does, and redacts what came of it. */
  private static final class Redacting extends Formatter {
    private final Formatter open;
    private final Redaction redaction;

    Redacting(Formatter open, Redaction redaction) {
      this.open = open;
      this.redaction = redaction;
    }

    @Override
    public String format(LogRecord line) {
      return redaction.of(open.format(line));
    }

    @Override
    public String getHead(Handler handler) {
      return open.getHead(handler);
    }

    @Override
    public String getTail(Handler handler) {
      return open.getTail(handler);
    }
  }
}
