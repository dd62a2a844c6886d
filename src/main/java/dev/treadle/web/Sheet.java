package dev.treadle.web;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
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
 * @param withdrawal how the reader's own approval is taken back; empty when it may not
 * @param votes who has answered so far, and how many are needed
 * @param footer whose link it is, and how the request is named
 */
public record Sheet(
    Heading heading,
    List<Fact> facts,
    Action action,
    Grounds grounds,
    Optional<Form> form,
    Optional<Withdrawal> withdrawal,
    Votes votes,
    Footer footer) {
  public Sheet {
    facts = List.copyOf(facts);
  }

  /**
   * The way to take an approval back.
   *
   * @param nonce names the approval that is taken back
   * @param problems what was wrong when somebody tried
   */
  public record Withdrawal(String nonce, List<Form.Problem> problems) {
    public Withdrawal {
      problems = List.copyOf(problems);
    }
  }

  /** What is odd about any text that a decision may rest on, and where. */
  public List<String> warnings() {
    Map<String, Set<String>> places = new LinkedHashMap<>();
    BiConsumer<String, List<String>> note =
        (place, warnings) ->
            warnings.forEach(
                each -> places.computeIfAbsent(each, _ -> new LinkedHashSet<>()).add(place));
    note.accept("The title", heading.title().warnings());
    action.preview().forEach(field -> note.accept(field.name(), field.warnings()));
    note.accept("The agent’s words", grounds.explanation().warnings());
    return places.entrySet().stream()
        .map(each -> String.join(", ", each.getValue()) + ": " + each.getKey())
        .toList();
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

  /** A time, with its words in UTC for a page whose script does not run. */
  public record Moment(Instant at, String words) {
    static Moment of(Instant at) {
      return new Moment(at, Times.of(at));
    }
  }

  /**
   * When the request ends or ended.
   *
   * @param word which of the two, and how
   * @param left how long that is from now, or empty when it is over
   * @param mayExtend whether the person may ask for more time
   */
  public record Deadline(String word, Moment moment, String left, boolean mayExtend) {
    public boolean isOver() {
      return left.isEmpty();
    }
  }

  /**
   * What happened to the request.
   *
   * @param tone of the style sheet: good, calm, warn or bad
   * @param at the time that the title ends with, if it does
   * @param changes what is no longer as the person's page had it
   * @param next where to go on
   */
  public record Notice(
      String tone,
      String title,
      Optional<Moment> at,
      List<Legible> lines,
      List<Change> changes,
      Optional<Destination> next) {
    public Notice {
      lines = List.copyOf(lines);
      changes = List.copyOf(changes);
    }

    static Notice of(String tone, String title, List<Legible> lines) {
      return new Notice(tone, title, Optional.empty(), lines, List.of(), Optional.empty());
    }

    Notice at(Instant time) {
      return new Notice(tone, title, Optional.of(Moment.of(time)), lines, changes, next);
    }

    /** What the title says, with its time, where no markup can stand. */
    String words() {
      return title + at.map(moment -> " " + moment.words()).orElse("");
    }

    Notice leadingTo(String href, String words) {
      var there = new Destination(href, words);
      return new Notice(tone, title, at, lines, changes, Optional.of(there));
    }
  }

  /** Something that is not as the page had it. */
  public record Change(String name, String was, String now) {}

  /** A page or a place on this one. */
  public record Destination(String href, String words) {}

  /** One line of the facts; a strong one is set apart. */
  public record Fact(String name, Legible value, boolean isStrong) {}

  /**
   * The action.
   *
   * @param consequences of each answer, and of none
   * @param preview what would be done, in the words of the tool's fields
   * @param arguments the frozen arguments as they are stored
   * @param digest of the arguments, in hex
   */
  public record Action(
      List<Consequence> consequences, List<Field> preview, Legible arguments, String digest) {
    public Action {
      consequences = List.copyOf(consequences);
      preview = List.copyOf(preview);
    }

    public String shortDigest() {
      return digest.substring(0, Math.min(12, digest.length()));
    }

    /** Whether some of it is too long for the page. */
    public boolean isCut() {
      return arguments.isCut() || preview.stream().anyMatch(field -> field.value().isCut());
    }
  }

  /** What follows if something is answered. */
  public record Consequence(String condition, String words) {}

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
   * @param checks what was checked just now, before this was shown
   * @param explanation the agent's own words, which nobody has checked; empty when there are none
   */
  public record Grounds(
      List<Rule> rules,
      List<Check> checks,
      List<Evidence> evidence,
      Legible explanation,
      Before before) {
    public Grounds {
      rules = List.copyOf(rules);
      checks = List.copyOf(checks);
      evidence = List.copyOf(evidence);
    }
  }

  /** A check, with its result in words. */
  public record Check(String words, boolean isPassed) {}

  /**
   * What happened before.
   *
   * @param steps the last of the task, oldest first
   * @param decisions on other actions of the task, oldest first
   * @param timeline where all of it is; empty for whom it is not
   */
  public record Before(
      List<String> steps, List<PastDecision> decisions, Optional<String> timeline) {
    public Before {
      steps = List.copyOf(steps);
      decisions = List.copyOf(decisions);
    }

    public boolean isEmpty() {
      return steps.isEmpty() && decisions.isEmpty() && timeline.isEmpty();
    }
  }

  /** What became of another request of the same task. */
  public record PastDecision(Legible title, String end, Moment at) {}

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
   * @param mayReport whether the person may say that something looks wrong
   * @param token of the link, for forms that only look or ask for time
   */
  public record Footer(
      String approvalId,
      String taskId,
      long version,
      String person,
      boolean mayReport,
      String token) {}
}
