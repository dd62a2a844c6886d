package dev.treadle.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.Schema;
import dev.treadle.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The OpenAPI document, made from the table of endpoints that is also what is routed. */
final class OpenApi {
  private static final Pattern VARIABLE = Pattern.compile("\\{([a-z_]+)}");
  private static final String PROBLEM = "Problem";
  private static final String READS = " It shows what is stored, and changes nothing.";
  private static final String CHANGES = " When any field is wrong, nothing is changed.";

  /** A problem as it goes over the wire. */
  record ProblemDocument(
      String type,
      String title,
      int status,
      String detail,
      String code,
      @Nullable List<Violation> errors) {}

  private final List<Endpoint> endpoints;
  private final Map<String, ObjectNode> schemas = new TreeMap<>();

  private OpenApi(List<Endpoint> endpoints) {
    this.endpoints = endpoints;
  }

  /** The routes of some endpoints, and of the document about them. */
  static List<Route> routes(List<Endpoint> endpoints) {
    List<Route> routes = new ArrayList<>(endpoints.stream().map(Endpoint::route).toList());
    String document = Json.pretty(of(endpoints));
    routes.add(Route.of("GET", "/api/openapi.json", (_, _) -> Response.json(200, document)));
    return routes;
  }

  static ObjectNode of(List<Endpoint> endpoints) {
    return new OpenApi(endpoints).document();
  }

  private ObjectNode document() {
    ObjectNode document = Json.object().put("openapi", "3.1.0");
    document.set("info", info());
    document.putArray("servers").addObject().put("url", "/");
    ArrayNode tags = document.putArray("tags");
    endpoints.stream()
        .map(OpenApi::tag)
        .distinct()
        .forEach(tag -> tags.addObject().put("name", tag).put("description", "Of " + tag + "."));
    document.putArray("security").addObject().putArray("token");
    ObjectNode paths = document.putObject("paths");
    schemas.put(PROBLEM, Schema.of(ProblemDocument.class).json());
    for (Endpoint endpoint : endpoints) {
      ObjectNode path = paths.withObjectProperty(endpoint.path());
      path.set(endpoint.method().toLowerCase(java.util.Locale.ROOT), operation(endpoint));
    }
    ObjectNode components = document.putObject("components");
    ObjectNode named = components.putObject("schemas");
    schemas.forEach(named::set);
    components
        .putObject("securitySchemes")
        .putObject("token")
        .put("type", "http")
        .put("scheme", "bearer")
        .put("bearerFormat", "JWT")
        .put("description", "Needed on AWS; on loopback nothing is.");
    return document;
  }

  private static ObjectNode info() {
    ObjectNode info = Json.object();
    info.put("title", "Treadle")
        .put("version", "1")
        .put(
            "summary",
            "The tasks of a deployment: why each stands where it stands, and what to do.")
        .put(
            "description",
            "The console's pages show what this answers. Refusals are problem documents with a"
                + " `code` that stays; lists go on with the `next` of the page before.")
        .putObject("license")
        .put("name", "Apache-2.0")
        .put("identifier", "Apache-2.0");
    return info;
  }

  private ObjectNode operation(Endpoint endpoint) {
    ObjectNode operation = Json.object();
    operation.put("operationId", endpoint.name()).put("summary", endpoint.summary());
    operation.put("description", endpoint.summary() + (endpoint.isRead() ? READS : CHANGES));
    operation.putArray("tags").add(tag(endpoint));
    ArrayNode parameters = Json.array();
    Matcher variable = VARIABLE.matcher(endpoint.path());
    while (variable.find()) {
      parameter(parameters, "path", Endpoint.Field.needed(variable.group(1), "Its name."));
    }
    if (endpoint.isRead()) {
      endpoint.fields().forEach(field -> parameter(parameters, "query", field));
    } else {
      operation.set("requestBody", body(endpoint.fields()));
    }
    if (!parameters.isEmpty()) operation.set("parameters", parameters);
    ObjectNode responses = operation.putObject("responses");
    String name = endpoint.answer().getSimpleName();
    schemas.computeIfAbsent(name, _ -> opened(Schema.of(endpoint.answer()).json()));
    response(responses, "200", "Done.", "application/json", name);
    response(
        responses, "4XX", "Refused; nothing was changed.", "application/problem+json", PROBLEM);
    response(responses, "503", "Try again.", "application/problem+json", PROBLEM);
    return operation;
  }

  private static String tag(Endpoint endpoint) {
    return endpoint.path().split("/", -1)[2];
  }

  /** A stored document has whatever fields it has. */
  private static ObjectNode opened(ObjectNode schema) {
    for (JsonNode found : schema.findParents("additionalProperties")) {
      if (found instanceof ObjectNode object && !object.has("properties")) {
        object.remove("additionalProperties");
      }
    }
    return schema;
  }

  private static void parameter(ArrayNode parameters, String place, Endpoint.Field field) {
    parameters
        .addObject()
        .put("name", field.name())
        .put("in", place)
        .put("description", field.words())
        .put("required", field.isRequired())
        .putObject("schema")
        .put("type", field.type());
  }

  private static ObjectNode body(List<Endpoint.Field> fields) {
    ObjectNode body = Json.object().put("required", true);
    ObjectNode schema = body.putObject("content").putObject("application/json").putObject("schema");
    schema.put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = schema.putArray("required");
    for (Endpoint.Field field : fields) {
      properties
          .putObject(field.name())
          .put("type", field.type())
          .put("description", field.words());
      if (field.isRequired()) required.add(field.name());
    }
    return body;
  }

  private static void response(
      ObjectNode responses, String status, String words, String mediaType, String schema) {
    responses
        .putObject(status)
        .put("description", words)
        .putObject("content")
        .putObject(mediaType)
        .putObject("schema")
        .put("$ref", "#/components/schemas/" + schema);
  }
}
