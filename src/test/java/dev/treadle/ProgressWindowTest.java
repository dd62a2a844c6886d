package dev.treadle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Traces of looping and of healthy tasks.
 *
 * <p>A trace is iterations separated by blanks; an iteration is calls separated by {@code +}. A
 * call is the tool's name and its arguments, then its result after {@code =}: {@code a1=x} is tool
 * a with arguments 1 and result x. {@code !} for the result is an error, whose words follow; {@code
 * ?3} at the end makes the tool pollable three times; {@code *} is an iteration that changed
 * something, and {@code -} one without calls.
 */
class ProgressWindowTest {
  @ParameterizedTest
  @CsvSource({
    // The same call with the same arguments, whatever it answers.
    "a1=x a1=x, 2, a was called 2 times with the same arguments",
    "a1=x a1=y, 2, a was called 2 times with the same arguments",
    "a1=x+a1=x, 2, a was called 2 times with the same arguments",
    "a1=x b1=y c1=z a1=x, 2, a was called 2 times with the same arguments",
    "a1=x a1=x a1=x, 3, a was called 3 times with the same arguments",
    "*a1=x *a1=x, 2, a was called 2 times with the same arguments",
    // Back and forth.
    "a1=x?9 b1=y?9 a1=x?9 b1=y?9 a1=x?9 b1=y?9, 2, a and b alternate without a change",
    "a1=x?9 a2=y?9 a1=x?9 a2=y?9 a1=x?9 a2=y?9, 2, a and a alternate without a change",
    // The same error, also when the calls differ.
    "a1=!down a2=!down a3=!down, 2, the same error 3 times: down",
    "a1=!down a1=!down a1=!down, 2, the same error 3 times: down",
    "a1=x a2=!down b1=!down c1=!down, 2, the same error 3 times: down",
    // Asked for news too often.
    "a1=x?3 a1=x?3 a1=x?3, 2, a gave the same result 3 times",
    "a1=w?3 a1=x?3 b1=y a1=x?3 a1=x?3, 2, a gave the same result 3 times",
    // Nothing learnt and nothing changed.
    "- - - - -, 2, 5 iterations learnt nothing and changed nothing",
    "a1=x a2=x a3=x a4=x a5=x a6=x, 2, 5 iterations learnt nothing and changed nothing",
    "a1=!a a2=!b a3=!c a4=!d a5=!e, 2, 5 iterations learnt nothing and changed nothing"
  })
  void aLoopingTaskIsStuck(String trace, int sameCallMax, String why) {
    assertThat(judge(trace, sameCallMax).stuck()).contains(why);
    // It was not stuck an iteration earlier: the rule stops at its count and not before.
    int last = trace.lastIndexOf(' ');
    if (last > 0) assertThat(judge(trace.substring(0, last), sameCallMax).stuck()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "a1=x a2=y a3=z a4=w a5=v a6=u, 2", // new pages each time
    "a1=x b1=x c1=x d1=x, 2", // other tools with the same answer
    "*a1=x *a2=x *a3=x *a4=x *a5=x *a6=x *a7=x, 2", // each changes something
    "a1=x?3 a1=y?3 a1=z?3 a1=w?3 a1=v?3 a1=u?3, 2", // polled while the result changes
    "a1=x?3 a1=x?3 b1=y a1=z?3 a1=z?3, 2", // two equal answers, then news
    "a1=!down a1=x, 2", // a failed call repeated once
    "a1=!down a1=!down a1=x b1=y, 2",
    "a1=!down a2=!busy a3=!down a4=x, 2", // other errors in between
    "a1=x a1=x, 3", // warned, not stopped
    "a1=x b1=y a1=x b1=y, 3",
    "- - - - a1=x - - - -, 2", // idle, but not for long
    "*- *- *- *- *- *-, 2" // thinks and notes it
  })
  void aHealthyTaskIsNot(String trace, int sameCallMax) {
    assertThat(judge(trace, sameCallMax).stuck()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"a1=x a1=x, 3, true", "a1=x a1=x, 2, false", "a1=x a2=x, 3, false", "a1=x, 3, false"})
  void aSecondEqualCallWarnsWhereAThirdStops(String trace, int sameCallMax, boolean warns) {
    assertThat(judge(trace, sameCallMax).warning())
        .isEqualTo(
            warns
                ? Optional.of(
                    "You have called a twice with the same arguments (digest 1). A third time ends"
                        + " the task.")
                : Optional.empty());
  }

  @Test
  void oneRepetitionWarnsOnce() {
    assertThat(judge("a1=x a1=x", 3).warning()).isPresent();
    assertThat(judge("a1=x a1=x b1=y", 3).warning()).isEmpty();
    assertThat(judge("a1=x a1=x b1=y c1=z", 3).warning()).isEmpty();
    assertThat(judge("a1=x a1=x - b1=y b1=z", 3).warning())
        .hasValueSatisfying(b -> assertThat(b).startsWith("You have called b twice"));
  }

  @Test
  void theWindowForgetsWhatIsLongAgo() {
    StringBuilder trace = new StringBuilder("a1=x");
    for (int i = 0; i < ProgressWindow.CALLS_KEPT; i++)
      trace.append(" b").append(i).append("=r").append(i);
    assertThat(judge(trace + " a1=x", 2).stuck()).isEmpty();
  }

  @Test
  void theWindowIsTheSameAfterItWasStored() {
    ProgressWindow window = window("a1=x?3 b1=!down *c1=z -");
    assertThat(Json.read(Json.write(window), ProgressWindow.class)).isEqualTo(window);
  }

  private static ProgressWindow.Finding judge(String trace, int sameCallMax) {
    int last = trace.lastIndexOf(' ');
    ProgressWindow before = last < 0 ? ProgressWindow.EMPTY : window(trace.substring(0, last));
    return window(trace).judge(before, new Limits.Patience(3, sameCallMax, 5));
  }

  private static ProgressWindow window(String trace) {
    ProgressWindow window = ProgressWindow.EMPTY;
    for (String iteration : trace.split(" ", -1)) {
      boolean changed = iteration.startsWith("*");
      List<ProgressWindow.Seen> calls =
          Arrays.stream((changed ? iteration.substring(1) : iteration).split("\\+", -1))
              .filter(call -> !call.equals("-"))
              .map(ProgressWindowTest::call)
              .toList();
      List<String> errors = new ArrayList<>();
      calls.stream()
          .filter(ProgressWindow.Seen::failed)
          .map(ProgressWindow.Seen::resultDigest)
          .distinct()
          .forEach(errors::add);
      window = window.after(calls, errors, changed);
    }
    return window;
  }

  private static ProgressWindow.Seen call(String text) {
    int result = text.indexOf('=');
    int polled = text.indexOf('?');
    boolean failed = text.charAt(result + 1) == '!';
    return new ProgressWindow.Seen(
        text.substring(0, 1),
        text.substring(1, result),
        text.substring(result + (failed ? 2 : 1), polled < 0 ? text.length() : polled),
        failed,
        polled < 0 ? 0 : Integer.parseInt(text.substring(polled + 1)));
  }
}
