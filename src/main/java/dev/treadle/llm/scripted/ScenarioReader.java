package dev.treadle.llm.scripted;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.Reserve;
import dev.treadle.Usage;
import dev.treadle.Violation;
import dev.treadle.llm.scripted.Scenario.Answer;
import dev.treadle.llm.scripted.Scenario.Call;
import dev.treadle.llm.scripted.Scenario.Fault;
import dev.treadle.llm.scripted.Scenario.Line;
import dev.treadle.llm.scripted.Scenario.When;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads a scenario and finds everything that is wrong with it before any of it is played. */
final class ScenarioReader {
  private static final Set<String> SCENARIO = Set.of("name", "description", "reserve", "answers");
  private static final Set<String> ANSWER =
      Set.of(
          "text",
          "calls",
          "for_each",
          "confidence",
          "state_mutations",
          "note",
          "when",
          "repeat",
          "usage");
  private static final Set<String> FAULT = Set.of("fault", "why", "retry_after_seconds", "times");
  private static final int TIMES_MAX = 1_000;
  private static final long AMOUNT_MAX = 1_000_000_000_000L;

  private final List<Violation> broken = new ArrayList<>();

  private ScenarioReader() {}

  static Scenario read(JsonNode tree) {
    ScenarioReader reader = new ScenarioReader();
    Scenario scenario = reader.scenario(tree);
    if (!reader.broken.isEmpty()) {
      throw new IllegalArgumentException("the scenario breaks rules: " + reader.broken);
    }
    return scenario;
  }

  private Scenario scenario(JsonNode tree) {
    Place root = new Place("", tree, broken);
    root.allowOnly(SCENARIO);
    String name = root.text("name").orElse("");
    if (name.isBlank()) root.breaks("/name", "must be there and not blank");
    root.text("description");
    List<Line> lines = root.elements("answers").stream().map(this::line).toList();
    if (lines.isEmpty()) root.breaks("/answers", "must hold at least one answer");
    return new Scenario(name, reserve(root, lines), lines);
  }

  private Reserve reserve(Place root, List<Line> lines) {
    List<Usage> usages = new ArrayList<>();
    for (Line line : lines) if (line instanceof Answer answer) usages.add(answer.usage());
    long cost = usages.stream().mapToLong(Usage::costMicros).max().orElse(0);
    long tokens = usages.stream().mapToLong(Usage::tokens).max().orElse(0);
    if (!root.has("reserve")) return new Reserve(cost, tokens);
    Place reserve = root.child("reserve");
    reserve.allowOnly(Set.of("cost_micros", "tokens"));
    return new Reserve(
        reserve.number("cost_micros", cost, AMOUNT_MAX, cost),
        reserve.number("tokens", tokens, AMOUNT_MAX, tokens));
  }

  private Line line(Place place) {
    return place.has("fault") ? fault(place) : answer(place);
  }

  private Fault fault(Place place) {
    place.allowOnly(FAULT);
    Fault.Kind kind =
        switch (place.text("fault").orElse("")) {
          case "unavailable" -> Fault.Kind.UNAVAILABLE;
          case "refused" -> Fault.Kind.REFUSED;
          case "hopeless" -> Fault.Kind.HOPELESS;
          default -> {
            place.breaks("/fault", "must be unavailable, refused or hopeless");
            yield Fault.Kind.HOPELESS;
          }
        };
    return new Fault(
        kind,
        place.text("why").orElse("the script says so"),
        Duration.ofSeconds(place.number("retry_after_seconds", 0, 86_400, 0)),
        (int) place.number("times", 1, TIMES_MAX, 1));
  }

  private Answer answer(Place place) {
    place.allowOnly(ANSWER);
    Optional<String> forEach = place.text("for_each");
    Optional<String> text = place.text("text");
    List<Call> calls =
        place.has("calls")
            ? place.elements("calls").stream().map(call -> call(call, forEach.isPresent())).toList()
            : List.of();
    text.ifPresent(words -> place.checkText("/text", words, false));
    forEach.ifPresent(words -> checkForEach(place, words, calls));
    Optional<ObjectNode> report = report(place);
    if (text.filter(words -> !words.isBlank()).isEmpty() && calls.isEmpty() && report.isEmpty()) {
      place.breaks("", "must have a text, calls or a report");
    }
    return new Answer(
        text,
        calls,
        report,
        forEach,
        place.has("when") ? Optional.of(when(place.child("when"))) : Optional.empty(),
        (int) place.number("repeat", 1, TIMES_MAX, 1),
        usage(place));
  }

  private static void checkForEach(Place place, String words, List<Call> calls) {
    if (!Reference.PATTERN.matcher(words).matches()) {
      place.breaks("/for_each", "must be one reference, such as ${input:/shops}");
    }
    place.checkText("/for_each", words, false);
    if (calls.isEmpty()) place.breaks("/calls", "must be there, to be made for each element");
  }

  private static Call call(Place place, boolean hasItem) {
    place.allowOnly(Set.of("tool", "arguments"));
    String tool = place.text("tool").orElse("");
    if (tool.isBlank()) place.breaks("/tool", "must be there and not blank");
    return new Call(tool, place.object("arguments", hasItem));
  }

  private static Optional<ObjectNode> report(Place place) {
    ObjectNode report = Json.object();
    if (place.has("confidence")) report.set("confidence", place.fraction("confidence"));
    if (place.has("state_mutations")) {
      report.set("state_mutations", place.object("state_mutations", false));
    }
    place
        .text("note")
        .ifPresent(note -> {
          place.checkText("/note", note, false);
          report.put("note", note);
        });
    return report.isEmpty() ? Optional.empty() : Optional.of(report);
  }

  private static When when(Place place) {
    place.allowOnly(Set.of("tool", "result"));
    String tool = place.text("tool").orElse("");
    if (tool.isBlank()) place.breaks("/tool", "must be there and not blank");
    String result = place.text("result").orElse("");
    if (!Set.of("failed", "succeeded").contains(result)) {
      place.breaks("/result", "must be failed or succeeded");
    }
    return new When(tool, result.equals("failed"));
  }

  private static Usage usage(Place place) {
    if (!place.has("usage")) return Usage.NONE;
    Place usage = place.child("usage");
    usage.allowOnly(Set.of("input_tokens", "output_tokens", "cost_micros"));
    return new Usage(
        usage.number("input_tokens", 0, AMOUNT_MAX, 0),
        usage.number("output_tokens", 0, AMOUNT_MAX, 0),
        usage.number("cost_micros", 0, AMOUNT_MAX, 0));
  }
}
