package dev.treadle.web;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * A test in a real Chromium. Without one it is skipped, in words; {@code
 * -Dtreadle.browser=required} makes it fail instead, as CI does. Such tests wait for their browser
 * more than they compute, so they run beside others; one after the other, since each starts its
 * own.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsBrowser.Found.class)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("dev.treadle.browser")
public @interface NeedsBrowser {
  /** Looks for the browser. */
  final class Found implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (Browser.isInstalled()) return ConditionEvaluationResult.enabled("there is a Chromium");
      String words =
          "no Chromium with its driver was found: apt-get install -y chromium chromium-driver";
      if ("required".equals(System.getProperty("treadle.browser"))) {
        throw new IllegalStateException(words);
      }
      System.out.println("SKIPPED " + context.getDisplayName() + ": " + words);
      return ConditionEvaluationResult.disabled(words);
    }
  }
}
