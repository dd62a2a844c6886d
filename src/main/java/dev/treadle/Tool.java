package dev.treadle;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Something the model may ask for, with what it does to the world.
 *
 * <p>Made by one of {@link #readOnly}, {@link #idempotent}, {@link #reversible} and {@link
 * #irreversible}; the schema of the arguments is derived from a record. Bodies may be called from
 * several threads at once.
 *
 * @param name 1 to 64 of {@code a-z A-Z 0-9 _ -}
 * @param input the JSON Schema that arguments must fit before the body sees them
 * @param dependency what it cannot do without, if there is such a thing
 * @param halt asked before each call, until when people hold this tool back
 * @param outward which arguments say where it reaches
 */
public record Tool(
    String name,
    String description,
    Schema input,
    Effect effect,
    BlastRadius blastRadius,
    Terms terms,
    Review review,
    Optional<Dependency> dependency,
    Supplier<Optional<Wait>> halt,
    Outward outward,
    Body<JsonNode> body) {
  private static final Pattern LEGAL_NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  /**
   * The small print of a tool.
   *
   * @param timeLimit at most 110 seconds, what a function has for one call; a call that takes
   *     longer has an unknown outcome
   * @param repeatWindow how long the other side honours the key; zero unless {@link
   *     Effect#IDEMPOTENT}
   * @param pollableMax how many equal results in a row are fine for the same arguments; zero for a
   *     tool that is not polled
   * @param undo how a person undoes it, in words
   * @param readBack asks the other side whether an action happened
   * @param outsideText its results hold text that strangers wrote: what the model does after it may
   *     have been their idea
   */
  public record Terms(
      Duration timeLimit,
      Duration repeatWindow,
      int pollableMax,
      Optional<String> undo,
      Optional<ReadBack> readBack,
      boolean outsideText) {
    public static final Terms USUAL =
        new Terms(
            Duration.ofSeconds(20), Duration.ZERO, 0, Optional.empty(), Optional.empty(), false);
  }

  /**
   * How a call is shown to the person who decides about it: by the tool, never by the model.
   *
   * @param title a sentence of verb, object and target, as in "Send a mail to ann@example.com"
   * @param preview what will happen, in the order to read it
   * @param fixed top-level arguments that an approver may not change
   */
  public record Review(
      Function<JsonNode, String> title,
      Function<JsonNode, List<Preview>> preview,
      Set<String> fixed) {
    public Review {
      fixed = Set.copyOf(fixed);
    }

    /** The tool's name, and its arguments as they are. */
    public static Review plain(String name) {
      return new Review(
          _ -> "Run " + name, arguments -> List.of(Preview.json("Arguments", arguments)), Set.of());
    }
  }

  /**
   * What a tool cannot do without, such as a host: tasks wait while it is known to be down.
   *
   * @param admission asked right before each call
   */
  public record Dependency(String name, Supplier<Optional<Wait>> admission) {}

  /** Until when a call has to wait, and why. */
  public record Wait(Instant until, String why) {}

  /** The work of a tool: arguments in, outcome out. Throwing means that nobody knows. */
  @FunctionalInterface
  public interface Body<A> {
    ToolOutcome perform(A arguments, Invocation invocation) throws Exception;
  }

  /**
   * Asks the other side what became of an action whose outcome is unknown. Empty means that it did
   * certainly not happen and may be run.
   */
  @FunctionalInterface
  public interface ReadBack {
    Optional<ToolOutcome> whatHappened(JsonNode arguments, Invocation invocation) throws Exception;
  }

  public Tool {
    if (!LEGAL_NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "tool name must be 1 to 64 of a-z A-Z 0-9 _ -, was \"" + name + '"');
    }
    if (effect == Effect.IDEMPOTENT && terms.repeatWindow().isZero()) {
      throw new IllegalArgumentException(name + ": an idempotent tool needs a repeat window");
    }
    if (effect == Effect.REVERSIBLE && terms.undo().isEmpty()) {
      throw new IllegalArgumentException(name + ": a reversible tool says how to undo it");
    }
  }

  /** A tool that changes nothing. */
  public static <A extends Record> Tool readOnly(
      String name, String description, Class<A> arguments, Body<A> body) {
    return of(name, description, Effect.READ_ONLY, BlastRadius.NONE, Terms.USUAL, arguments, body);
  }

  /**
   * A tool whose other side performs equal keys once.
   *
   * @param repeatWindow how long it remembers a key
   */
  public static <A extends Record> Tool idempotent(
      String name,
      String description,
      BlastRadius blastRadius,
      Duration repeatWindow,
      Class<A> arguments,
      Body<A> body) {
    Terms terms =
        new Terms(
            Terms.USUAL.timeLimit, repeatWindow, 0, Optional.empty(), Optional.empty(), false);
    return of(name, description, Effect.IDEMPOTENT, blastRadius, terms, arguments, body);
  }

  /**
   * A tool that a person can undo.
   *
   * @param undo how, in words
   */
  public static <A extends Record> Tool reversible(
      String name,
      String description,
      BlastRadius blastRadius,
      String undo,
      Class<A> arguments,
      Body<A> body) {
    Terms terms =
        new Terms(
            Terms.USUAL.timeLimit, Duration.ZERO, 0, Optional.of(undo), Optional.empty(), false);
    return of(name, description, Effect.REVERSIBLE, blastRadius, terms, arguments, body);
  }

  /** A tool whose effect stays. */
  public static <A extends Record> Tool irreversible(
      String name, String description, BlastRadius blastRadius, Class<A> arguments, Body<A> body) {
    return of(name, description, Effect.IRREVERSIBLE, blastRadius, Terms.USUAL, arguments, body);
  }

  private static <A extends Record> Tool of(
      String name,
      String description,
      Effect effect,
      BlastRadius blastRadius,
      Terms terms,
      Class<A> arguments,
      Body<A> body) {
    Body<JsonNode> bound = (tree, invocation) -> bound(tree, arguments, body, invocation);
    return new Tool(
        name,
        description,
        Schema.of(arguments),
        effect,
        blastRadius,
        terms,
        Review.plain(name),
        Optional.empty(),
        Optional::empty,
        Outward.UNSAID,
        bound);
  }

  private static <A extends Record> ToolOutcome bound(
      JsonNode tree, Class<A> type, Body<A> body, Invocation invocation) throws Exception {
    A arguments;
    try {
      arguments = Json.bind(tree, type);
    } catch (IllegalArgumentException misfit) {
      // A record may demand more than its schema says: a range, a date. Nothing has happened yet.
      return ToolOutcome.failed("the arguments do not fit: " + misfit.getMessage());
    }
    return body.perform(arguments, invocation);
  }

  public Tool withTimeLimit(Duration limit) {
    return with(
        new Terms(
            limit,
            terms.repeatWindow,
            terms.pollableMax,
            terms.undo,
            terms.readBack,
            terms.outsideText));
  }

  /** A tool that may be asked the same thing again while its result changes. */
  public Tool pollable(int equalResultsMax) {
    return with(
        new Terms(
            terms.timeLimit,
            terms.repeatWindow,
            equalResultsMax,
            terms.undo,
            terms.readBack,
            terms.outsideText));
  }

  public Tool withReadBack(ReadBack check) {
    return with(
        new Terms(
            terms.timeLimit,
            terms.repeatWindow,
            terms.pollableMax,
            terms.undo,
            Optional.of(check),
            terms.outsideText));
  }

  /** A tool whose results hold text that strangers wrote: a page, a mail, a ticket. */
  public Tool bringingOutsideText() {
    return with(
        new Terms(
            terms.timeLimit,
            terms.repeatWindow,
            terms.pollableMax,
            terms.undo,
            terms.readBack,
            true));
  }

  /**
   * A tool that reaches outward: once text from outside was read, a person decides about each call
   * whose named arguments are not trusted, also when it only reads.
   */
  public Tool reaching(Outward where) {
    return new Tool(
        name,
        description,
        input,
        effect,
        blastRadius,
        terms,
        review,
        dependency,
        halt,
        where,
        body);
  }

  /** The same tool, shown to approvers in its author's words. */
  public Tool shownAs(Review shown) {
    return new Tool(
        name,
        description,
        input,
        effect,
        blastRadius,
        terms,
        shown,
        dependency,
        halt,
        outward,
        body);
  }

  private Tool with(Terms changed) {
    return new Tool(
        name,
        description,
        input,
        effect,
        blastRadius,
        changed,
        review,
        dependency,
        halt,
        outward,
        body);
  }

  /**
   * A tool that cannot do without one thing.
   *
   * @param what its name, such as a host: tools that name the same share their luck
   */
  public Tool dependingOn(String what) {
    return with(Optional.of(new Dependency(what, Optional::empty)), halt, body);
  }

  /** The same tool, asked for admission before each call. For tools that depend on something. */
  public Tool behind(Supplier<Optional<Wait>> admission, Body<JsonNode> changed) {
    Dependency asked = new Dependency(dependency.orElseThrow().name(), admission);
    return with(Optional.of(asked), halt, changed);
  }

  /** The same tool, which people may hold back. */
  public Tool haltedBy(Supplier<Optional<Wait>> people) {
    return with(dependency, people, body);
  }

  /** The same tool, whose work another body does. */
  public Tool performing(Body<JsonNode> changed) {
    return with(dependency, halt, changed);
  }

  private Tool with(
      Optional<Dependency> needed, Supplier<Optional<Wait>> held, Body<JsonNode> changed) {
    return new Tool(
        name,
        description,
        input,
        effect,
        blastRadius,
        terms,
        review,
        needed,
        held,
        outward,
        changed);
  }

  /** Until when a call has to wait, for people or for what is down; empty when it may be made. */
  public Optional<Wait> parked() {
    return halt.get().or(() -> dependency.flatMap(needed -> needed.admission().get()));
  }

  public boolean isReadOnly() {
    return effect == Effect.READ_ONLY;
  }
}
