package dev.treadle.web;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a person reads about one request and what they may answer: the model of the approval page,
 * in words that are ready to be shown.
 *
 * @param heading what is asked and where it stands
 * @param facts who, how far, how sure, at what price
 * @param action exactly what would be done
 * @param grounds why a person is asked, and what the request rests on
 * @param form what may be answered; empty when nothing may
 * @param votes who has answered so far, and how many are needed
 * @param footer whose link it is, and how the request is named
 */
public record Sheet(
    Heading heading,
    List<Fact> facts,
    Action action,
    Grounds grounds,
    Optional<Form> form,
    Votes votes,
    Footer footer) {
  public Sheet {
    facts = List.copyOf(facts);
  }

  /**
   * The top of the page.
   *
   * @param state one or two words, which also begin the page's title
   * @param notice what happened, when it is not simply open
   */
  public record Heading(
      String state, Legible title, Weight severity, Deadline deadline, Optional<Notice> notice) {}

  /**
   * How much the decision weighs, with a word, so that colour says nothing alone.
   *
   * @param css a class of the style sheet
   */
  public record Weight(String words, String css) {}

  /**
   * When the request ends.
   *
   * @param words the time in UTC
   * @param left how long that is from now, or empty when it is over
   * @param mayExtend whether the person may ask for more time
   */
  public record Deadline(Instant at, String words, String left, boolean mayExtend) {}

  /** What happened to the request, in a tone of the style sheet: good, calm or bad. */
  public record Notice(String tone, String title, List<Legible> lines) {
    public Notice {
      lines = List.copyOf(lines);
    }
  }

  /** One line of the facts; a strong one is set apart. */
  public record Fact(String name, Legible value, boolean isStrong) {}

  /**
   * The action.
   *
   * @param approve what happens then
   * @param reject what happens then
   * @param silence what happens when nobody answers
   * @param preview what would be done, in the words of the tool's fields
   * @param arguments the frozen arguments as they are stored
   * @param digest of the arguments, in hex
   */
  public record Action(
      String approve,
      String reject,
      String silence,
      List<Field> preview,
      Legible arguments,
      String digest) {
    public Action {
      preview = List.copyOf(preview);
    }

    public String shortDigest() {
      return digest.substring(0, Math.min(12, digest.length()));
    }

    /** Whether some of it is too long for the page. */
    public boolean isCut() {
      return arguments.isCut() || preview.stream().anyMatch(field -> field.value().isCut());
    }

    /** What is odd about any of the values. */
    public List<String> warnings() {
      return preview.stream()
          .flatMap(field -> field.warnings().stream().map(warning -> field.name() + ": " + warning))
          .distinct()
          .toList();
    }
  }

  /**
   * One part of the preview.
   *
   * @param value what would be there
   * @param before what was there, of a part that changes
   * @param columns of a table; empty for anything else
   */
  public record Field(
      String name,
      Legible value,
      Optional<Legible> before,
      List<String> columns,
      List<List<Legible>> rows) {
    public Field {
      columns = List.copyOf(columns);
      rows = List.copyOf(rows);
    }

    public static Field table(String name, List<String> columns, List<List<Legible>> rows) {
      return new Field(name, Legible.of(""), Optional.empty(), columns, rows);
    }

    public boolean isTable() {
      return !columns.isEmpty();
    }

    public boolean isChange() {
      return before.isPresent();
    }

    public Legible was() {
      return before.orElseThrow();
    }

    List<String> warnings() {
      Stream<Legible> cells = rows.stream().flatMap(List::stream);
      return Stream.concat(Stream.of(value), cells)
          .flatMap(text -> text.warnings().stream())
          .distinct()
          .toList();
    }
  }

  /**
   * Why it was asked.
   *
   * @param rules of the gate, by id and in words
   * @param explanation the agent's own words, which nobody has checked; empty when there are none
   * @param before the last steps of the task
   */
  public record Grounds(
      List<Rule> rules, List<Evidence> evidence, Legible explanation, List<String> before) {
    public Grounds {
      rules = List.copyOf(rules);
      evidence = List.copyOf(evidence);
      before = List.copyOf(before);
    }
  }

  /** A rule of the gate. */
  public record Rule(String id, String words) {}

  /** Something that the request rests on, with when it was read. */
  public record Evidence(Legible label, Legible source, String readAt, Legible excerpt) {}

  /** Who answered. */
  public record Votes(String words, List<Vote> cast) {
    public Votes {
      cast = List.copyOf(cast);
    }
  }

  /** One person's answer. */
  public record Vote(String by, String answer, Instant at, String when) {}

  /**
   * The small print.
   *
   * @param token of the link, for forms that only look or ask for time
   */
  public record Footer(
      String approvalId, String taskId, long version, String person, String token) {}
}
