package dev.treadle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A JSON Schema (2020-12) and its validator. Immutable, and safe for several threads.
 *
 * <p>The schema of a record has its components in snake_case, all required but those that are
 * {@code @Nullable} or {@code Optional}, and allows no others.
 */
public final class Schema {
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
  private static final int VIOLATIONS_SHOWN_MAX = 10;
  private final ObjectNode json;
  private final com.networknt.schema.Schema validator;

  private Schema(ObjectNode json) {
    this.json = json;
    this.validator = REGISTRY.getSchema(json);
  }

  public static Schema of(Class<? extends Record> type) {
    return new Schema(generate(type));
  }

  public static Schema of(ObjectNode json) {
    return new Schema(json.deepCopy());
  }

  /** A copy of the schema document. */
  public ObjectNode json() {
    return json.deepCopy();
  }

  /** Whether this is the schema of that document. */
  public boolean isOf(ObjectNode document) {
    return json.equals(document);
  }

  /** The rules that a value breaks, in a stable order, ten at most; empty when it fits. */
  public List<Violation> violations(JsonNode value) {
    return validator.validate(value).stream()
        .sorted(Comparator.comparing(Error::toString))
        .limit(VIOLATIONS_SHOWN_MAX)
        .map(error -> new Violation(place(error), error.getMessage()))
        .toList();
  }

  private static String place(Error error) {
    String pointer = error.getInstanceLocation().toString();
    return pointer.isEmpty() ? "(the whole value)" : pointer;
  }

  private static ObjectNode generate(Class<? extends Record> type) {
    var config =
        new SchemaGeneratorConfigBuilder(SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
            .with(Option.FORBIDDEN_ADDITIONAL_PROPERTIES_BY_DEFAULT, Option.INLINE_ALL_SCHEMAS)
            .without(Option.SCHEMA_VERSION_INDICATOR);
    config
        .forFields()
        .withPropertyNameOverrideResolver(field -> snakeCase(field.getName()))
        .withRequiredCheck(field -> !isOptional(field))
        .withDescriptionResolver(Schema::description);
    return new SchemaGenerator(config.build()).generateSchema(type);
  }

  private static boolean isOptional(FieldScope field) {
    return field.getType().isInstanceOf(Optional.class)
        || field.getRawMember().getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  private static @Nullable String description(FieldScope field) {
    Description description = field.getAnnotation(Description.class);
    return description == null ? null : description.value();
  }

  private static String snakeCase(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(java.util.Locale.ROOT);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Schema schema && json.equals(schema.json);
  }

  @Override
  public int hashCode() {
    return json.hashCode();
  }

  @Override
  public String toString() {
    return json.toString();
  }
}
