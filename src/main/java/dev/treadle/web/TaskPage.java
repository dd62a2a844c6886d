package dev.treadle.web;

import java.util.List;
import java.util.Optional;

/**
 * One task: the model of its page.
 *
 * @param version of the task when it was read
 * @param isLive whether it may still move by itself
 * @param notice what became of a deed; empty otherwise
 * @param steps a part of them
 */
public record TaskPage(
    String id,
    long version,
    boolean isLive,
    Heading heading,
    Notice notice,
    List<Sheet.Fact> facts,
    Budget budget,
    List<Link> kin,
    List<Form> forms,
    Steps steps,
    Optional<Detail> detail,
    Optional<Chart> chart) {
  public TaskPage {
    facts = List.copyOf(facts);
    kin = List.copyOf(kin);
    forms = List.copyOf(forms);
  }

  /**
   * Where it stands.
   *
   * @param answer where a person answers the question that it waits for; empty without one
   */
  public record Heading(TaskListPage.Mark state, String why, String next, String answer) {
    public boolean hasAnswer() {
      return !answer.isEmpty();
    }
  }

  /** What became of a deed. */
  public record Notice(String words, boolean isGood) {
    static final Notice NONE = new Notice("", true);

    static Notice unchanged(String why) {
      return new Notice("Nothing was changed: " + why, false);
    }

    public boolean isThere() {
      return !words.isEmpty();
    }
  }

  /** Used and given, in dollars and in words. */
  public record Budget(long used, long most, String words) {}

  /** Something that belongs to it. */
  public record Link(String label, String words, String href) {}

  /**
   * What an operator may do.
   *
   * @param words on the button
   * @param promise what happens then
   */
  public record Form(
      String deed,
      String title,
      String promise,
      String words,
      List<Field> fields,
      boolean isGrave) {
    public Form {
      fields = List.copyOf(fields);
    }
  }

  /** What an operator may fill in. */
  public record Field(String name, String label, String value, String inputMode) {}

  /**
   * What it did.
   *
   * @param view the word of the view that is shown
   * @param failure where the first failure is shown, or looked for; empty when there is none
   * @param gate the address of the first question to a person; empty without one
   */
  public record Steps(
      String view,
      List<View> views,
      String failure,
      String gate,
      List<Row> rows,
      List<Link> pages,
      String empty) {
    public Steps {
      views = List.copyOf(views);
      rows = List.copyOf(rows);
      pages = List.copyOf(pages);
    }

    public boolean hasFailure() {
      return !failure.isEmpty();
    }

    public boolean hasGate() {
      return !gate.isEmpty();
    }
  }

  /** A way to look at the steps. */
  public record View(String words, String href, boolean isCurrent) {}

  /**
   * One step, or what happened between two.
   *
   * @param pause what is said before it when nothing happened for long
   * @param css {@code ok}, {@code bad}, {@code gate} or {@code note}
   * @param facts times, tokens and cost, in words
   * @param bar for looks alone
   */
  public record Row(
      String anchor,
      String href,
      String label,
      String pause,
      String css,
      String did,
      String moment,
      String facts,
      List<String> marks,
      List<Legible> errors,
      Bar bar,
      List<Said> said,
      List<Change> changes,
      boolean isCurrent) {
    public Row {
      marks = List.copyOf(marks);
      errors = List.copyOf(errors);
      said = List.copyOf(said);
      changes = List.copyOf(changes);
    }

    public boolean hasPause() {
      return !pause.isEmpty();
    }

    public boolean isStep() {
      return !css.equals("note");
    }
  }

  /** Hundredths of the longest on the page: time in the queue, and at work. */
  public record Bar(int queued, int ran) {
    public boolean isThere() {
      return ran > 0;
    }

    public int end() {
      return queued + ran;
    }
  }

  /** A part of the conversation. */
  public record Said(String who, Legible words) {}

  /** A value of working memory. */
  public record Change(String name, Legible before, Legible after) {}

  /**
   * Everything about one step.
   *
   * @param journal the address of its entries as JSON, uncut
   * @param elsewhere its log and its spans, where they are known
   */
  public record Detail(
      String title,
      String close,
      String journal,
      List<Link> elsewhere,
      List<Part> parts,
      List<Change> changes) {
    public Detail {
      elsewhere = List.copyOf(elsewhere);
      parts = List.copyOf(parts);
      changes = List.copyOf(changes);
    }

    public boolean hasChanges() {
      return !changes.isEmpty();
    }
  }

  /**
   * A part of a step.
   *
   * @param href where more about it is; empty without one
   */
  public record Part(String title, String hint, Legible text, String href) {
    public boolean hasLink() {
      return !href.isEmpty();
    }
  }

  /**
   * Cost and tokens over the iterations.
   *
   * @param cost points of a line, for looks alone
   * @param bars of tokens, for looks alone
   * @param rows the same in words
   * @param whole where all iterations are drawn; empty when these are all, or nobody can ask
   */
  public record Chart(
      String cost, List<Column> bars, String words, List<ChartRow> rows, String whole) {
    public Chart {
      bars = List.copyOf(bars);
      rows = List.copyOf(rows);
    }

    Chart linked(String href) {
      return new Chart(cost, bars, words, rows, href);
    }

    public boolean isPart() {
      return !whole.isEmpty();
    }
  }

  /** A column, in hundredths of width and height from the top. */
  public record Column(String x, String y, String width, String height) {}

  /** Some iterations in words. */
  public record ChartRow(String iterations, String tokens, String cost, String sum) {}
}
