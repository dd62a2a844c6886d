package dev.treadle.engine;

import dev.treadle.BlastRadius;
import dev.treadle.Effect;
import dev.treadle.Invocation;
import dev.treadle.Json;
import dev.treadle.Outward;
import dev.treadle.Schema;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The world that tools act on. It counts what really happened: the oracle of every test. */
final class Outside {
  static final Duration WINDOW = Duration.ofHours(24);

  /** What every tool of this world takes. */
  record Text(String text) {}

  private static final Schema ARGUMENTS = Schema.of(Text.class);

  /** One arrival at the other side, whether or not it had an effect. */
  record Arrival(String tool, String key, String text, Instant at) {}

  final List<Arrival> arrivals = new ArrayList<>();
  final List<Arrival> effects = new ArrayList<>();
  private final Map<String, Instant> keysSeen = new HashMap<>();

  /** Answers that a tool gives instead of working, first come first served. */
  final Map<String, Deque<ToolOutcome>> refusals = new HashMap<>();

  /** How long the keyed tool's other side remembers a key. */
  Duration window = WINDOW;

  /** Sees every effect at the moment when it happens. */
  Consumer<Arrival> witness = _ -> {};

  private final Io faults;
  private final InstantSource clock;

  Outside(Io faults, InstantSource clock) {
    this.faults = faults;
    this.clock = clock;
  }

  Tool look() {
    return tool("look", "Reads.", Effect.READ_ONLY, BlastRadius.NONE, Tool.Terms.USUAL, this::read);
  }

  /** A read whose result is always the same, and which may be asked again a few times. */
  Tool poll(int equalResultsMax) {
    return tool(
            "poll",
            "Asks for news.",
            Effect.READ_ONLY,
            BlastRadius.NONE,
            Tool.Terms.USUAL,
            this::noNews)
        .pollable(equalResultsMax);
  }

  /** A read whose result strangers wrote. */
  Tool open() {
    Tool.Terms usual = Tool.Terms.USUAL;
    Tool.Terms outside =
        new Tool.Terms(
            usual.timeLimit(), Duration.ZERO, 0, Optional.empty(), Optional.empty(), true);
    return tool("open", "Opens a page.", Effect.READ_ONLY, BlastRadius.NONE, outside, this::read);
  }

  Tool keep() {
    return tool(
        "keep", "Stores a text.", Effect.IDEMPOTENT, BlastRadius.LOW, repeatable(), this::keyed);
  }

  Tool label() {
    return tool(
        "label", "Sets a label.", Effect.REVERSIBLE, BlastRadius.LOW, undoable(), this::act);
  }

  Tool send() {
    return tool(
        "send", "Sends a mail.", Effect.IRREVERSIBLE, BlastRadius.LOW, Tool.Terms.USUAL, this::act);
  }

  Tool pay() {
    return tool(
        "pay", "Pays a bill.", Effect.IRREVERSIBLE, BlastRadius.HIGH, Tool.Terms.USUAL, this::act);
  }

  /** Irreversible, and the other side can be asked what became of it. */
  Tool wire() {
    return tool(
            "wire",
            "Wires money.",
            Effect.IRREVERSIBLE,
            BlastRadius.HIGH,
            Tool.Terms.USUAL,
            this::act)
        .withReadBack((arguments, call) -> readBack(call));
  }

  /** What the other side does with a call of a tool. */
  private interface Deed {
    ToolOutcome perform(String tool, Text text, Invocation call);
  }

  private static Tool tool(
      String name,
      String description,
      Effect effect,
      BlastRadius radius,
      Tool.Terms terms,
      Deed deed) {
    return new Tool(
        name,
        description,
        ARGUMENTS,
        effect,
        radius,
        terms,
        Tool.Review.plain(name),
        Optional.empty(),
        Optional::empty,
        Outward.UNSAID,
        (arguments, call) -> deed.perform(name, Json.bind(arguments, Text.class), call));
  }

  private Tool.Terms repeatable() {
    Tool.Terms usual = Tool.Terms.USUAL;
    return new Tool.Terms(usual.timeLimit(), window, 0, Optional.empty(), Optional.empty(), false);
  }

  private static Tool.Terms undoable() {
    Tool.Terms usual = Tool.Terms.USUAL;
    return new Tool.Terms(
        usual.timeLimit(),
        Duration.ZERO,
        0,
        Optional.of("remove the label"),
        Optional.empty(),
        false);
  }

  void refuse(String tool, ToolOutcome... outcomes) {
    refusals.computeIfAbsent(tool, _ -> new ArrayDeque<>()).addAll(List.of(outcomes));
  }

  long effects(String tool) {
    return effects.stream().filter(each -> each.tool().equals(tool)).count();
  }

  long effectsOfKey(String key) {
    return effects.stream().filter(each -> each.key().equals(key)).count();
  }

  boolean happened(String key) {
    return effectsOfKey(key) > 0;
  }

  private ToolOutcome noNews(String tool, Text text, Invocation call) {
    return faults.io(tool, () -> answer(tool).orElse(said("no news")));
  }

  private ToolOutcome read(String tool, Text text, Invocation call) {
    return faults.io(
        tool,
        () -> {
          arrivals.add(new Arrival(tool, call.key(), text.text(), clock.instant()));
          return answer(tool).orElse(said("seen " + text.text()));
        });
  }

  private ToolOutcome act(String tool, Text text, Invocation call) {
    return faults.io(tool, () -> effect(tool, text, call));
  }

  /** As a provider with idempotency keys: it forgets a key when its window has passed. */
  private ToolOutcome keyed(String tool, Text text, Invocation call) {
    return faults.io(
        "keep",
        () -> {
          Instant seen = keysSeen.get(call.key());
          boolean isRepetition = seen != null && clock.instant().isBefore(seen.plus(window));
          if (isRepetition) {
            arrivals.add(new Arrival("keep", call.key(), text.text(), clock.instant()));
            return said("keep did " + text.text());
          }
          ToolOutcome outcome = effect("keep", text, call);
          if (happened(call.key())) keysSeen.put(call.key(), clock.instant());
          return outcome;
        });
  }

  private ToolOutcome effect(String tool, Text text, Invocation call) {
    Arrival arrival = new Arrival(tool, call.key(), text.text(), clock.instant());
    arrivals.add(arrival);
    Optional<ToolOutcome> refusal = answer(tool);
    if (refusal.isPresent()) return refusal.get();
    effects.add(arrival);
    witness.accept(arrival);
    return said(tool + " did " + text.text());
  }

  private Optional<ToolOutcome> readBack(Invocation call) {
    return faults.io(
        "readBack",
        () -> happened(call.key()) ? Optional.of(said("it happened")) : Optional.empty());
  }

  private Optional<ToolOutcome> answer(String tool) {
    Deque<ToolOutcome> waiting = refusals.get(tool);
    return waiting == null ? Optional.empty() : Optional.ofNullable(waiting.poll());
  }

  private static ToolOutcome said(String text) {
    return ToolOutcome.succeeded(Json.object().put("said", text));
  }
}
