package dev.treadle.engine;

import dev.treadle.BlastRadius;
import dev.treadle.Invocation;
import dev.treadle.Json;
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

/** The world that tools act on. It counts what really happened: the oracle of every test. */
final class Outside {
  static final Duration WINDOW = Duration.ofHours(24);

  /** What every tool of this world takes. */
  record Text(String text) {}

  /** One arrival at the other side, whether or not it had an effect. */
  record Arrival(String tool, String key, String text, Instant at) {}

  final List<Arrival> arrivals = new ArrayList<>();
  final List<Arrival> effects = new ArrayList<>();
  private final Map<String, Instant> keysSeen = new HashMap<>();

  /** Answers that a tool gives instead of working, first come first served. */
  final Map<String, Deque<ToolOutcome>> refusals = new HashMap<>();

  private final Faults faults;
  private final InstantSource clock;

  Outside(Faults faults, InstantSource clock) {
    this.faults = faults;
    this.clock = clock;
  }

  Tool look() {
    return Tool.readOnly("look", "Reads.", Text.class, (text, call) -> read("look", text, call));
  }

  /** A read whose result is always the same, and which may be asked again a few times. */
  Tool poll(int equalResultsMax) {
    return Tool.readOnly(
            "poll",
            "Asks for news.",
            Text.class,
            (text, call) -> faults.io("poll", () -> answer("poll").orElse(said("no news"))))
        .pollable(equalResultsMax);
  }

  Tool keep() {
    return Tool.idempotent(
        "keep", "Stores a text.", BlastRadius.LOW, WINDOW, Text.class, this::keyed);
  }

  Tool label() {
    return Tool.reversible(
        "label",
        "Sets a label.",
        BlastRadius.LOW,
        "remove the label",
        Text.class,
        (text, call) -> act("label", text, call));
  }

  Tool send() {
    return Tool.irreversible(
        "send",
        "Sends a mail.",
        BlastRadius.LOW,
        Text.class,
        (text, call) -> act("send", text, call));
  }

  Tool pay() {
    return Tool.irreversible(
        "pay",
        "Pays a bill.",
        BlastRadius.HIGH,
        Text.class,
        (text, call) -> act("pay", text, call));
  }

  /** Irreversible, and the other side can be asked what became of it. */
  Tool wire() {
    return Tool.irreversible(
            "wire",
            "Wires money.",
            BlastRadius.HIGH,
            Text.class,
            (text, call) -> act("wire", text, call))
        .withReadBack((arguments, call) -> readBack(call));
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
  private ToolOutcome keyed(Text text, Invocation call) {
    return faults.io(
        "keep",
        () -> {
          Instant seen = keysSeen.get(call.key());
          boolean isRepetition = seen != null && clock.instant().isBefore(seen.plus(WINDOW));
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
