package dev.treadle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes secrets out of texts that others will read: those that this process knows, and what looks
 * like one.
 *
 * <p>Safe for several threads. A last line of defence: what holds a secret should not write it.
 */
public final class Redaction {
  private static final String HIDDEN = "[hidden]";

  /** Shorter values are words: hiding them would hide the text. */
  private static final int SECRET_CHARS_MIN = 8;

  private static final Pattern SECRET_NAME =
      Pattern.compile("(.*_)?(API_KEY|KEY|PASSWORD|SECRET|TOKEN|SECRET_ACCESS_KEY)");

  /** Keys by their prefix, headers that carry one, and keys of AWS. */
  private static final List<Pattern> SHAPES =
      List.of(
          Pattern.compile("\\bsk-[A-Za-z0-9_-]{8,}"),
          Pattern.compile("(?i)(?<=\\bbearer )[A-Za-z0-9._~+/=-]{8,}"),
          Pattern.compile("(?i)(?<=authorization[\"']?: ?[\"']?basic )[A-Za-z0-9+/=]{8,}"),
          Pattern.compile(
              "(?i)(?<=\\b(x-api-key|api[-_]key|password|secret|token)[\"']?[:=] ?[\"']?)[^\\s\"',;&]{8,}"),
          Pattern.compile("\\b(AKIA|ASIA)[A-Z0-9]{16}\\b"),
          Pattern.compile(
              "(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----"));

  private final Set<String> known = ConcurrentHashMap.newKeySet();

  /** One that knows the values of all variables whose names say that they are secret. */
  public static Redaction ofEnvironment(Map<String, String> environment) {
    Redaction redaction = new Redaction();
    environment.forEach((name, value) -> {
      if (SECRET_NAME.matcher(name).matches()) redaction.hide(value);
    });
    return redaction;
  }

  /** From now on this is a secret. */
  public void hide(String secret) {
    String value = secret.strip();
    if (value.length() >= SECRET_CHARS_MIN && !Secrets.isReference(value)) known.add(value);
  }

  /** The text without what is secret in it. */
  public String of(String text) {
    return byShape(ofKnown(text));
  }

  private String ofKnown(String text) {
    String rest = text;
    // The longest first: one secret may be the beginning of another.
    List<String> longestFirst =
        known.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList();
    for (String secret : longestFirst) rest = rest.replace(secret, HIDDEN);
    return rest;
  }

  /** The text without what looks like a secret, whoever's it is. */
  public static String byShape(String text) {
    String rest = text;
    for (Pattern shape : SHAPES) {
      rest = shape.matcher(rest).replaceAll(Matcher.quoteReplacement(HIDDEN));
    }
    return rest;
  }

  /** The same agent, whose tools tell neither the model nor the record what is secret here. */
  public Agent around(Agent agent) {
    return agent.with(agent.tools().stream().map(this::around).toList());
  }

  private Tool around(Tool tool) {
    Tool.Body<JsonNode> body = tool.body();
    Tool quiet =
        tool.performing((arguments, call) ->
            of(() -> Optional.of(body.perform(arguments, call))).orElseThrow());
    return tool.terms()
        .readBack()
        .map(check ->
            quiet.withReadBack((arguments, call) -> of(() -> check.whatHappened(arguments, call))))
        .orElse(quiet);
  }

  private Optional<ToolOutcome> of(Callable<Optional<ToolOutcome>> work) throws Exception {
    try {
      return work.call().map(this::of);
    } catch (InterruptedException stopped) {
      throw stopped;
    } catch (Exception silent) {
      String words = String.valueOf(silent.getMessage());
      String safe = of(words);
      if (safe.equals(words)) throw silent;
      throw new IOException(safe);
    }
  }

  private ToolOutcome of(ToolOutcome outcome) {
    return switch (outcome) {
      case ToolOutcome.Succeeded(JsonNode output) -> new ToolOutcome.Succeeded(of(output));
      case ToolOutcome.Failed(String why) -> new ToolOutcome.Failed(of(why));
      case ToolOutcome.Unavailable(String why, Duration after) ->
          new ToolOutcome.Unavailable(of(why), after);
    };
  }

  /** Only what this process knows: a page that explains passwords stays as it is. */
  private JsonNode of(JsonNode node) {
    return switch (node) {
      case TextNode text -> TextNode.valueOf(ofKnown(text.textValue()));
      case ArrayNode list -> {
        ArrayNode safe = Json.array();
        list.forEach(each -> safe.add(of(each)));
        yield safe;
      }
      case ObjectNode object -> {
        ObjectNode safe = Json.object();
        object.forEachEntry((name, value) -> safe.set(ofKnown(name), of(value)));
        yield safe;
      }
      default -> node;
    };
  }

  /** Never shows what it hides. */
  @Override
  public String toString() {
    return "Redaction[" + known.size() + " known]";
  }
}
