package dev.treadle.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Redaction;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.jboss.logmanager.ExtHandler;
import org.junit.jupiter.api.Test;

class LogGateTest {
  private static final String CANARY = "canary words of a key";
  private final List<String> written = new ArrayList<>();

  private final class Keeping extends Handler {
    @Override
    public void publish(LogRecord line) {
      written.add(getFormatter().format(line));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @Test
  void messagesParametersAndStackTracesAreRedacted() {
    Redaction redaction = new Redaction();
    redaction.hide(CANARY);
    Handler inner = new Keeping();
    inner.setFormatter(new SimpleFormatter());
    ExtHandler outer =
        new ExtHandler() {
          @Override
          public void flush() {}
        };
    outer.addHandler(inner);
    LogGate.close(outer, redaction);
    LogGate.close(outer, redaction);

    LogRecord line = new LogRecord(Level.SEVERE, "asked with {0} by Bearer abcdefghijkl");
    line.setParameters(new Object[] {CANARY});
    line.setThrown(
        new IllegalStateException("it said " + CANARY, new RuntimeException("sk-ant-01234567")));
    inner.publish(line);

    assertThat(written).hasSize(1);
    assertThat(written.getFirst())
        .contains("asked with [hidden] by Bearer [hidden]", "it said [hidden]", "LogGateTest")
        .doesNotContain("canary", "sk-ant");
  }
}
