package dev.treadle.aws;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import dev.treadle.Json;
import dev.treadle.TaskId;
import dev.treadle.approval.KeyText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The zip that is deployed, unpacked as Lambda does it. */
record PackagedFunction(Path root) {
  static PackagedFunction unpackedIn(Path folder) throws IOException {
    Path zip = Path.of(System.getProperty("treadle.build.directory"), "function.zip");
    Path unpacked = folder.resolve("task");
    try (ZipFile file = new ZipFile(zip.toFile())) {
      assumeTrue(
          file.getEntry("bootstrap") == null,
          "function.zip holds a native binary: it was not run under the JVM's runtime client");
      for (ZipEntry entry : file.stream().filter(each -> !each.isDirectory()).toList()) {
        Path target = unpacked.resolve(entry.getName());
        Files.createDirectories(target.getParent());
        try (InputStream content = file.getInputStream(entry)) {
          Files.copy(content, target);
        }
      }
    }
    return new PackagedFunction(unpacked);
  }

  /** One environment of one of its functions. */
  RuntimeApi under(String handler, Map<String, String> environment) throws IOException {
    return new RuntimeApi(root, handler, environment);
  }

  /** What the template gives to its functions, on emulators. */
  Map<String, String> environment(Cloud cloud, String table, String queue, String origin) {
    Map<String, String> environment = new HashMap<>();
    environment.put("TREADLE_TABLE", table);
    environment.put("TREADLE_STEP_QUEUE", queue);
    // No notice is sent: the step asks nobody.
    environment.put("TREADLE_APPROVAL_QUEUE", queue);
    environment.put(
        "TREADLE_DECISION_KEYS", KeyText.fresh("test", new SecureRandom()).decisionKeys());
    environment.put(
        "TREADLE_DYNAMODB_ENDPOINT", cloud.tables().endpoint().orElseThrow().toString());
    environment.put("TREADLE_SQS_ENDPOINT", cloud.queues().endpoint().orElseThrow().toString());
    environment.put("TREADLE_PRICES", root.resolveSibling("prices").toString());
    environment.put("TREADLE_OUTBOX", root.resolveSibling("outbox").toString());
    environment.put("TREADLE_WEB_ORIGINS", origin);
    environment.put("AWS_REGION", "eu-central-1");
    environment.put("AWS_ACCESS_KEY_ID", "treadle");
    environment.put("AWS_SECRET_ACCESS_KEY", "treadle");
    return environment;
  }

  /** A start on a shop whose page is gone: the step records that and the task goes on. */
  static ObjectNode start(TaskId id, String site) {
    ObjectNode event =
        Json.object()
            .put("task_id", id.value())
            .put("task_type", "pricing")
            .put("triggered_by", "person:test");
    ObjectNode input = event.putObject("input_data");
    input.putArray("shops").addObject().put("name", "Alder").put("url", site + "/shop/alder");
    input.put("recipient", "sales@example.com");
    return event;
  }

  static String address(HttpServer site) {
    return "http://127.0.0.1:" + site.getAddress().getPort();
  }
}
