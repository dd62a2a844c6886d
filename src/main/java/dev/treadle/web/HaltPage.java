package dev.treadle.web;

import dev.treadle.engine.Halt;
import dev.treadle.engine.Halts;
import java.util.List;

/**
 * The kill switch: the model of its page.
 *
 * @param things what can be halted and is not
 * @param notice what became of a deed; empty otherwise
 */
public record HaltPage(
    TaskPage.Notice notice, List<Row> standing, List<String> things, List<Past> lifted) {
  public HaltPage {
    standing = List.copyOf(standing);
    things = List.copyOf(things);
    lifted = List.copyOf(lifted);
  }

  /** A halt that stands. */
  public record Row(String what, String words, String by, String at, Legible why) {
    static Row of(Halt halt) {
      return new Row(
          halt.what(),
          HaltPage.words(halt.what()),
          halt.by().replaceFirst(":", " "),
          Times.of(halt.at()),
          Legible.of(halt.why()));
    }
  }

  /** A halt that is over. */
  public record Past(Row halt, Row lift) {}

  static HaltPage of(TaskPage.Notice notice, Halts halts, List<String> things) {
    List<String> standing = halts.standing().stream().map(Halt::what).toList();
    return new HaltPage(
        notice,
        halts.standing().stream().map(Row::of).toList(),
        things.stream().filter(thing -> !standing.contains(thing)).toList(),
        halts.lifted().stream()
            .map(lift -> new Past(Row.of(lift.halt()), Row.of(lift.by())))
            .toList());
  }

  /** Everything, agent pricing or tool send_mail. */
  static String words(String what) {
    return what.equals(Halt.EVERYTHING) ? "Everything" : what.replaceFirst(":", " ");
  }
}
