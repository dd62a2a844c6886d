package dev.treadle.trigger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.InputMapping;
import dev.treadle.Json;
import dev.treadle.Violation;
import dev.treadle.engine.AgentCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Webhook sources as a document: an object of {@code {scheme, secrets, task_type, input, fixed?}}
 * by the source's name. {@code secrets} are names, {@code input} holds JSON Pointers by the agent's
 * field, {@code fixed} fields that are always the same.
 */
public final class WebhookFile {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");
  private static final Set<String> FIELDS =
      Set.of("scheme", "secrets", "task_type", "input", "fixed");
  private final AgentCatalog agents;
  private final List<Violation> violations = new ArrayList<>();

  private WebhookFile(AgentCatalog agents) {
    this.agents = agents;
  }

  /** What a document is. */
  public sealed interface Reading {}

  public record Valid(List<WebhookSource> sources) implements Reading {}

  /** Each broken rule with the place in the document. */
  public record Invalid(List<Violation> violations) implements Reading {}

  public static Reading read(JsonNode document, AgentCatalog agents) {
    if (!(document instanceof ObjectNode byName)) {
      return new Invalid(List.of(new Violation("(the whole file)", "must be an object")));
    }
    WebhookFile file = new WebhookFile(agents);
    List<WebhookSource> sources = new ArrayList<>();
    byName.forEachEntry((name, entry) -> file.source(name, entry).ifPresent(sources::add));
    return file.violations.isEmpty()
        ? new Valid(List.copyOf(sources))
        : new Invalid(List.copyOf(file.violations));
  }

  private Optional<WebhookSource> source(String name, JsonNode entry) {
    String at = "/" + name + "/";
    if (!NAME.matcher(name).matches()) {
      broken("/" + name, "must be named with 1 to 32 of a-z 0-9 -, and not start with -");
    }
    entry
        .fieldNames()
        .forEachRemaining(field -> {
          if (!FIELDS.contains(field)) broken(at + field, "is not a field of a webhook's source");
        });
    Optional<WebhookScheme> scheme = WebhookScheme.of(entry.path("scheme").asText());
    if (scheme.isEmpty()) broken(at + "scheme", "must be standard or github");
    List<String> secrets = secrets(entry.path("secrets"), at + "secrets");
    String agent = entry.path("task_type").asText();
    if (agents.find(agent).isEmpty()) {
      broken(
          at + "task_type", "must name an agent; there are " + String.join(", ", agents.names()));
    }
    Optional<InputMapping> mapping = mapping(entry, at);
    return scheme.isPresent() && mapping.isPresent()
        ? Optional.of(new WebhookSource(name, scheme.get(), secrets, agent, mapping.get()))
        : Optional.empty();
  }

  private List<String> secrets(JsonNode names, String field) {
    List<String> secrets = new ArrayList<>();
    names.forEach(name -> secrets.add(name.asText()));
    if (!names.isArray() || secrets.isEmpty() || secrets.stream().anyMatch(String::isBlank)) {
      broken(field, "must be a list of at least one secret's name");
    }
    return secrets;
  }

  private Optional<InputMapping> mapping(JsonNode entry, String at) {
    TreeMap<String, String> pointers = new TreeMap<>();
    JsonNode fields = entry.path("input");
    if (!fields.isObject()) {
      broken(at + "input", "must be an object of JSON Pointers");
      return Optional.empty();
    }
    for (Map.Entry<String, JsonNode> field : fields.properties()) {
      // As a text, an object would be the empty pointer, which means the whole event.
      if (field.getValue().isTextual()) pointers.put(field.getKey(), field.getValue().textValue());
      else broken(at + "input/" + field.getKey(), "must be a JSON Pointer in a text");
    }
    JsonNode fixed = entry.path("fixed");
    if (!fixed.isMissingNode() && !fixed.isObject()) {
      broken(at + "fixed", "must be a JSON object");
      return Optional.empty();
    }
    try {
      return Optional.of(
          new InputMapping(pointers, fixed instanceof ObjectNode given ? given : Json.object()));
    } catch (IllegalArgumentException wrong) {
      broken(at + "input", String.valueOf(wrong.getMessage()));
      return Optional.empty();
    }
  }

  private void broken(String field, String rule) {
    violations.add(new Violation(field, rule));
  }
}
