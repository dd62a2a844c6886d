package dev.treadle.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/** Runs the bodies of tools, each within its time limit; the second catch site of the engine. */
public interface ToolRunner {
  /** Runs works side by side and answers for each, in order. */
  <T> List<Answer<T>> run(List<Work<T>> works);

  /** A call of code that is not ours. */
  record Work<T>(Callable<T> body, Duration timeLimit) {}

  /** What came of a work. */
  sealed interface Answer<T> {}

  record Said<T>(T value) implements Answer<T> {}

  /** It threw or took too long: nobody knows what it did. */
  record Silent<T>(String why) implements Answer<T> {}
}
