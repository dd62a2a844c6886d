package dev.treadle.aws;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** {@code template.yaml}, so that tests run on the table and queues that are deployed. */
final class Template {
  private final JsonNode globals;
  private final JsonNode resources;

  private Template(JsonNode document) {
    this.globals = document.path("Globals");
    this.resources = document.path("Resources");
  }

  static Template read() {
    try {
      Object document = new Yaml(new Intrinsics()).load(Files.readString(Path.of("template.yaml")));
      return new Template(Json.tree(document));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  JsonNode properties(String resource) {
    JsonNode properties = resources.path(resource).path("Properties");
    if (properties.isMissingNode()) {
      throw new AssertionError("template.yaml has no resource " + resource);
    }
    return properties;
  }

  int count(String type) {
    return all(type).size();
  }

  /** The properties of all resources of a type. */
  List<JsonNode> all(String type) {
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode each : resources) {
      if (each.path("Type").asText().equals(type)) found.add(each.path("Properties"));
    }
    return found;
  }

  /** The names of all environment variables that any function gets. */
  Set<String> variables() {
    Set<String> names = new TreeSet<>();
    globals.at("/Function/Environment/Variables").fieldNames().forEachRemaining(names::add);
    for (JsonNode each : resources) {
      each.at("/Properties/Environment/Variables").fieldNames().forEachRemaining(names::add);
    }
    return names;
  }

  CreateTableRequest table(String name) {
    JsonNode table = properties("TaskTable");
    List<AttributeDefinition> attributes = new ArrayList<>();
    table
        .path("AttributeDefinitions")
        .forEach(each ->
            attributes.add(
                AttributeDefinition.builder()
                    .attributeName(each.path("AttributeName").asText())
                    .attributeType(each.path("AttributeType").asText())
                    .build()));
    List<GlobalSecondaryIndex> indexes = new ArrayList<>();
    table
        .path("GlobalSecondaryIndexes")
        .forEach(each ->
            indexes.add(
                GlobalSecondaryIndex.builder()
                    .indexName(each.path("IndexName").asText())
                    .keySchema(keys(each))
                    .projection(
                        Projection.builder()
                            .projectionType(each.at("/Projection/ProjectionType").asText())
                            .build())
                    .build()));
    return CreateTableRequest.builder()
        .tableName(name)
        .billingMode(table.path("BillingMode").asText())
        .attributeDefinitions(attributes)
        .keySchema(keys(table))
        .globalSecondaryIndexes(indexes)
        .build();
  }

  private static List<KeySchemaElement> keys(JsonNode of) {
    List<KeySchemaElement> keys = new ArrayList<>();
    of.path("KeySchema")
        .forEach(each ->
            keys.add(
                KeySchemaElement.builder()
                    .attributeName(each.path("AttributeName").asText())
                    .keyType(each.path("KeyType").asText())
                    .build()));
    return keys;
  }

  /** The plain attributes of a queue; its redrive policy needs an address that exists. */
  Map<QueueAttributeName, String> queue(String resource) {
    Map<QueueAttributeName, String> attributes = new HashMap<>();
    properties(resource)
        .forEachEntry((name, value) -> {
          if (value.isValueNode()) {
            attributes.put(QueueAttributeName.fromValue(name), value.asText());
          }
        });
    return attributes;
  }

  int maxReceiveCount(String resource) {
    return properties(resource).at("/RedrivePolicy/maxReceiveCount").asInt();
  }

  /** Reads {@code !Ref}, {@code !GetAtt} and the like as plain values. */
  private static final class Intrinsics extends SafeConstructor {
    Intrinsics() {
      super(new LoaderOptions());
      yamlMultiConstructors.put(
          "!",
          new AbstractConstruct() {
            @Override
            public Object construct(Node node) {
              return switch (node) {
                case ScalarNode scalar -> constructScalar(scalar);
                case SequenceNode sequence -> constructSequence(sequence);
                case MappingNode mapping -> constructMapping(mapping);
                default -> throw new AssertionError("unexpected node " + node);
              };
            }
          });
    }
  }
}
