package dev.treadle.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import dev.treadle.Json;
import dev.treadle.TaskId;
import dev.treadle.engine.Task;
import dev.treadle.example.UmbrellaAgent;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the zip that is deployed, as Lambda does: its trigger starts a task, its step function runs
 * an iteration, and its console shows what came of it, on emulators of DynamoDB and SQS.
 */
class PackagedFunctionIT {
  private static final TaskId ID = new TaskId("packaged");
  private static final String ISSUER = "https://sign-in.example.com";

  @TempDir Path folder;

  @Test
  void startsATaskAndRunsItsFirstIterationUnderLambdasOwnRuntimeClient() throws Exception {
    Cloud cloud = Cloud.emulated();
    PackagedFunction function = PackagedFunction.unpackedIn(folder);
    HttpServer emptySite =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    emptySite.start();
    try (var tables = cloud.tables().dynamoDb();
        var queues = cloud.queues().sqs()) {
      String table = Cloud.newTable(tables);
      String queue = Cloud.newQueue(queues, Map.of(), 5).url();
      Map<String, String> environment =
          function.environment(cloud, table, queue, PackagedFunction.address(emptySite));

      try (RuntimeApi trigger = function.under("trigger", environment)) {
        JsonNode answer =
            Json.parse(
                trigger.invoke(
                    PackagedFunction.start(ID, PackagedFunction.address(emptySite)).toString()));
        assertThat(answer.path("answer").asText()).isEqualTo("started");
        JsonNode again =
            Json.parse(
                trigger.invoke(
                    PackagedFunction.start(ID, PackagedFunction.address(emptySite)).toString()));
        assertThat(again.path("answer").asText()).isEqualTo("existing");
      }
      try (RuntimeApi step = function.under("step", environment)) {
        JsonNode answer = Json.parse(step.invoke(due().toString()));
        assertThat(answer.path("batchItemFailures").isEmpty()).isTrue();
      }
      try (RuntimeApi api = function.under("api", signedIn(environment))) {
        JsonNode page = Json.parse(api.invoke(opened("/tasks/" + ID).toString()));
        assertThat(page.path("statusCode").asInt()).as(page.toString()).isEqualTo(200);
        assertThat(page.path("body").asText()).contains("Where it stands");
        JsonNode series = Json.parse(api.invoke(opened("/series").toString()));
        assertThat(series.path("statusCode").asInt()).as(series.toString()).isEqualTo(200);
      }

      Task task = new DynamoTaskStore(tables, table).find(ID).orElseThrow();
      assertThat(task.iteration()).isEqualTo(2);
      assertThat(task.lease()).isNull();
    } finally {
      emptySite.stop(0);
    }
  }

  @Test
  void runsAnAgentWhoseJarWasPutIntoTheZip() throws Exception {
    Cloud cloud = Cloud.emulated();
    PackagedFunction function = PackagedFunction.unpackedIn(folder);
    addUmbrella(function.root().resolve("lib/umbrella.jar"));
    try (var tables = cloud.tables().dynamoDb();
        var queues = cloud.queues().sqs()) {
      String table = Cloud.newTable(tables);
      String queue = Cloud.newQueue(queues, Map.of(), 5).url();
      Map<String, String> environment =
          function.environment(cloud, table, queue, "http://127.0.0.1:1");
      ObjectNode event =
          Json.object()
              .put("task_id", ID.value())
              .put("task_type", "umbrella")
              .put("triggered_by", "person:test");
      event.putObject("input_data").put("name", "Bergen");

      try (RuntimeApi trigger = function.under("trigger", environment)) {
        JsonNode answer = Json.parse(trigger.invoke(event.toString()));
        assertThat(answer.path("answer").asText()).isEqualTo("started");
      }
      try (RuntimeApi step = function.under("step", environment)) {
        JsonNode answer = Json.parse(step.invoke(due().toString()));
        assertThat(answer.path("batchItemFailures").isEmpty()).isTrue();
      }

      Task task = new DynamoTaskStore(tables, table).find(ID).orElseThrow();
      assertThat(task.iteration()).isEqualTo(2);
      assertThat(task.progress().errorsInARow()).isZero();
    }
  }

  /** What the guide tells to do with an agent of one's own. */
  private static void addUmbrella(Path jar) throws IOException {
    String agent = UmbrellaAgent.class.getName().replace('.', '/');
    List<String> files =
        List.of(
            agent + ".class",
            agent + "$City.class",
            agent + "$Message.class",
            agent + "$Advice.class",
            "META-INF/services/dev.treadle.AgentSource",
            "dev/treadle/agents/umbrella/scenario.json");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (String file : files) {
        zip.putNextEntry(new ZipEntry(file));
        try (InputStream content = UmbrellaAgent.class.getResourceAsStream("/" + file)) {
          content.transferTo(zip);
        }
      }
    }
  }

  /** As API Gateway hands on what a person who signed in opens. */
  private static ObjectNode opened(String path) {
    ObjectNode event = Json.object().put("version", "2.0").put("rawPath", path);
    event.put("isBase64Encoded", false).putObject("headers").put("host", "treadle.example.com");
    ObjectNode context = event.putObject("requestContext");
    context.putObject("http").put("method", "GET").put("path", path).put("sourceIp", "192.0.2.7");
    context
        .putObject("authorizer")
        .putObject("jwt")
        .putObject("claims")
        .put("iss", ISSUER)
        .put("aud", "treadle")
        .put("sub", "ann")
        .put("exp", "4102444800");
    return event;
  }

  private static Map<String, String> signedIn(Map<String, String> environment) {
    Map<String, String> more = new HashMap<>(environment);
    more.put("TREADLE_JWT_ISSUER", ISSUER);
    more.put("TREADLE_JWT_AUDIENCE", "treadle");
    return more;
  }

  private static ObjectNode due() throws Exception {
    try (InputStream stream = PackagedFunctionIT.class.getResourceAsStream("/events/sqs.json")) {
      String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      ObjectNode event = (ObjectNode) Json.parse(text);
      ((ObjectNode) event.get("Records").get(0))
          .put("body", "{\"task_id\":\"%s\",\"iteration\":1,\"snapshot\":0}".formatted(ID));
      return event;
    }
  }
}
