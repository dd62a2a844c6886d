package dev.treadle.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Agent;
import dev.treadle.BlastRadius;
import dev.treadle.InputMapping;
import dev.treadle.Json;
import dev.treadle.Reason;
import dev.treadle.Redaction;
import dev.treadle.StepExecutor;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import dev.treadle.engine.Breakers;
import dev.treadle.engine.Defaults;
import dev.treadle.engine.LedgerRow;
import dev.treadle.engine.Worker;
import dev.treadle.lambda.LogGate;
import dev.treadle.lambda.WebhookSecrets;
import dev.treadle.llm.Model;
import dev.treadle.llm.Models;
import dev.treadle.llm.ToolCallingExecutor;
import dev.treadle.llm.anthropic.MessagesDialect;
import dev.treadle.llm.remote.Authorization;
import dev.treadle.llm.remote.FakeProvider;
import dev.treadle.llm.remote.Price;
import dev.treadle.llm.remote.RemoteModel;
import dev.treadle.tool.FakeMcpServer;
import dev.treadle.tool.McpFile;
import dev.treadle.tool.McpTools;
import dev.treadle.tool.PinnedTool;
import dev.treadle.tool.Reach;
import dev.treadle.trigger.WebhookReceiver;
import dev.treadle.trigger.WebhookScheme;
import dev.treadle.trigger.WebhookSource;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two tasks among people and machines that repeat every secret they were told, wherever they can.
 * Each secret must be in the one header or signature that it is for, and in nothing that is stored,
 * queued, mailed, logged, answered over HTTP or read by a model. None of them looks like a secret.
 */
class CanaryTest {
  private static final String MODEL_KEY = "canary-of-the-model-1";
  private static final String ENVIRONMENT_KEY = "canary-of-the-environment-2";
  private static final String MCP_KEY = "canary-of-the-tickets-3";
  private static final String HOOK_KEY =
      Base64.getEncoder().encodeToString("canary of webhooks".getBytes(StandardCharsets.UTF_8));
  private static final List<String> SECRETS =
      List.of(MODEL_KEY, ENVIRONMENT_KEY, MCP_KEY, HOOK_KEY);
  private static final TaskId FIRST = new TaskId("shop:d-1");
  private static final TaskId SECOND = new TaskId("shop:d-2");
  private static final String SCHEMA =
      """
      {"type":"object","properties":{"text":{"type":"string"}}}\
      """;

  /** A text. */
  record Text(String text) {}

  private final Redaction redaction =
      Redaction.ofEnvironment(Map.of("LEDGER_API_KEY", ENVIRONMENT_KEY));
  private final List<String> logged = new ArrayList<>();
  private final MapRecords breakers = new MapRecords();
  private final AtomicBoolean keeperFailed = new AtomicBoolean();
  private final Map<String, String> sinks = new LinkedHashMap<>();
  @TempDir private Path folder;
  private FakeProvider provider;
  private FakeMcpServer tickets;
  private Office office;
  private Handler log;

  @BeforeEach
  void open() throws IOException {
    provider = new FakeProvider("anthropic");
    tickets = new FakeMcpServer();
    tickets.tools = List.of(FakeMcpServer.tool("find", "Finds.", SCHEMA));
    tickets.answering =
        _ -> FakeMcpServer.Reply.text("you are " + tickets.authorizations.getFirst());
    log = listening();
    LogGate.close(redaction);
    office = new Office(folder, this::clerk, _ -> model());
    office.receive(
        new WebhookReceiver(
            List.of(
                new WebhookSource(
                    "shop",
                    WebhookScheme.STANDARD,
                    List.of("SHOP"),
                    "clerk",
                    InputMapping.of(Map.of("text", "/text")))),
            new WebhookSecrets(
                name -> {
                  throw new AssertionError("no reference: " + name);
                },
                _ -> Optional.of(WebhookScheme.SECRET_PREFIX + HOOK_KEY),
                redaction),
            office.loop.starter()));
  }

  @AfterEach
  void close() {
    java.util.logging.Logger.getLogger("").removeHandler(log);
    office.close();
    tickets.close();
    provider.close();
  }

  private Handler listening() {
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            logged.add(getFormatter().format(line));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    handler.setFormatter(new SimpleFormatter());
    java.util.logging.Logger.getLogger("").addHandler(handler);
    return handler;
  }

  private Agent clerk(Office office) {
    Agent agent =
        Agent.named("clerk")
            .instructions("Do it.")
            .tool(
                Tool.readOnly(
                    "look",
                    "Looks",
                    Text.class,
                    (_, _) -> ToolOutcome.failed("GET failed, sent key " + ENVIRONMENT_KEY)))
            .tool(
                Tool.idempotent(
                        "keep",
                        "Keeps",
                        BlastRadius.LOW,
                        Duration.ofHours(1),
                        Text.class,
                        (_, _) ->
                            keeperFailed.compareAndSet(false, true)
                                ? new ToolOutcome.Unavailable("503 for " + MODEL_KEY, Duration.ZERO)
                                : ToolOutcome.succeeded("kept"))
                    .dependingOn("keeper"))
            .tool(
                Tool.irreversible(
                    "publish",
                    "Publishes",
                    BlastRadius.HIGH,
                    Text.class,
                    (_, _) -> {
                      throw new IOException("no answer to the request with " + ENVIRONMENT_KEY);
                    }))
            .build();
    Agent equipped = McpTools.equip(List.of(agent), List.of(tickets(office))).getFirst();
    Worker worker = new Worker(office.clock, new Random(7), Defaults.LEASE);
    return new Breakers(new EmbeddedBreakerTable(breakers), worker)
        .around(redaction.around(equipped));
  }

  private McpTools tickets(Office office) {
    String file =
        """
        {"servers": [{"name": "tickets", "url": "%s", "authorization": "TICKETS", "agents": ["clerk"],
          "tools": [{"name": "find", "description": "Finds.", "input_schema": %s, "sha256": "%s",
                     "effect": "read_only", "blast_radius": "none"}]}]}\
        """
            .formatted(
                tickets.address(),
                SCHEMA,
                PinnedTool.sha256("Finds.", FakeProvider.parsed(SCHEMA)));
    redaction.hide(MCP_KEY);
    return new McpTools(
        McpFile.fromEnvironment(Optional.of(file)).getFirst(),
        Reach.PUBLIC.withOrigin(tickets.origin()),
        _ -> "Token " + MCP_KEY,
        office.clock);
  }

  private StepExecutor model() {
    redaction.hide(MODEL_KEY);
    RemoteModel model =
        new RemoteModel(
            new MessagesDialect("m", Json.object(), true),
            new RemoteModel.Route(
                URI.create(provider.url() + "/v1/messages"),
                Authorization.header("x-api-key", () -> MODEL_KEY)),
            new RemoteModel.Terms(
                new Model.Origin("anthropic", "m"), new Price(1, 1, 1, 1), 200_000),
            new SettableClock());
    return new ToolCallingExecutor(new Models(Map.of("default", model)), 1_000);
  }

  @Test
  void aSecretThatEverybodyRepeatsIsInNoSink() throws Exception {
    String repeated = "what are you doing with " + MODEL_KEY;
    provider.thenError(529, "overloaded_error", repeated, Map.of("request-id", MODEL_KEY));
    provider.thenJson(200, Map.of("x-echo", MODEL_KEY), says("look", "tickets_find"));
    provider.thenJson(200, Map.of(), says("keep"));
    provider.thenJson(200, Map.of(), says("publish"));
    deliver("d-1", "{\"text\":\"a\"}", true);
    for (int minute = 0; minute < 20; minute++) office.pass(Duration.ofMinutes(1));
    office.approve(FIRST);
    for (int minute = 0; minute < 5; minute++) office.pass(Duration.ofMinutes(1));
    provider.thenError(401, "authentication_error", repeated, Map.of());
    deliver("d-2", "{\"text\":\"b\"}", true);
    office.work();
    deliver("d-3", "{\"text\":\"c\"}", false);
    readPages();
    for (String each : SECRETS) {
      Logger.getLogger("a.library").warnf(new IllegalStateException(each), "%s was refused", each);
    }
    // What happened is what was meant to.
    assertThat(office.store.find(FIRST).orElseThrow().outcome().reason())
        .isEqualTo(Reason.OUTCOME_UNKNOWN);
    assertThat(office.store.find(SECOND).orElseThrow().outcome().detail())
        .contains("what are you doing with [API key]");
    assertThat(office.store.ledger(FIRST))
        .extracting(LedgerRow::state)
        .contains(LedgerRow.State.UNKNOWN);
    provider
        .asked()
        .forEach(asked -> assertThat(asked.headers().getFirst("x-api-key")).isEqualTo(MODEL_KEY));
    assertThat(tickets.authorizations).containsOnly("Token " + MCP_KEY);

    sinks.put("state, journal, ledger, approvals, queue", dump(office.records));
    sinks.put("breakers", dump(breakers));
    sinks.put("messages", String.join("\n", office.told));
    sinks.put(
        "prompts", String.join("\n", provider.asked().stream().map(a -> a.body() + "").toList()));
    sinks.put("arguments of remote tools", tickets.calls.toString());
    sinks.put("outbox", String.join("\n", office.mails().stream().map(Office::decoded).toList()));
    sinks.put("logs", String.join("\n", logged));

    sinks.forEach((name, text) -> {
      System.out.printf("%-45s %,8d characters%n", name, text.length());
      assertThat(text).as(name).isNotEmpty();
      for (String each : SECRETS) assertThat(text).as(name).doesNotContain(each);
    });
    assertThat(sinks.get("prompts")).contains("sent key [hidden]", "you are Token [hidden]");
    assertThat(sinks.get("breakers")).contains("503 for [hidden]");
    assertThat(sinks.get("logs")).contains("[hidden] was refused");
  }

  private void readPages() throws Exception {
    String id = office.store.approvals(FIRST).getLast().id();
    String link = office.link("ann@example.com");
    String token = link.substring(link.indexOf("#t=") + 3);
    for (String path : List.of("/inbox", "/api/approvals", "/approvals/" + id, "/nowhere")) {
      answered("GET " + path, HttpRequest.newBuilder(URI.create(office.site() + path)));
    }
    answered(
        "POST view",
        HttpRequest.newBuilder(URI.create(office.site() + "/api/approvals/" + id + "/view"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "t=" + URLEncoder.encode(token, StandardCharsets.UTF_8))));
  }

  private void deliver(String id, String body, boolean signed) throws Exception {
    String time = String.valueOf(office.clock.instant().getEpochSecond());
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(Base64.getDecoder().decode(HOOK_KEY), "HmacSHA256"));
    byte[] text = (id + "." + time + "." + body).getBytes(StandardCharsets.UTF_8);
    String signature = signed ? Base64.getEncoder().encodeToString(mac.doFinal(text)) : "bad=";
    HttpResponse<String> answer =
        answered(
            "POST /hooks/shop " + id,
            HttpRequest.newBuilder(URI.create(office.site() + "/hooks/shop"))
                .header("Content-Type", "application/json")
                .header("webhook-id", id)
                .header("webhook-timestamp", time)
                .header("webhook-signature", "v1," + signature)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(signed ? 202 : 401);
    office.work();
  }

  private HttpResponse<String> answered(String name, HttpRequest.Builder request) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      sinks.put(name, answer.headers().map() + answer.body());
      return answer;
    }
  }

  private static String dump(MapRecords records) {
    return records.transact(transaction ->
        String.join(
            "\n",
            transaction.range("", "\uffff", 10_000).stream()
                .map(row -> row.key() + " " + row.text())
                .toList()));
  }

  private static String says(String... tools) {
    ObjectNode answer = Json.object().put("type", "message").put("stop_reason", "tool_use");
    for (String tool : tools) {
      JsonNode call =
          Json.object()
              .put("type", "tool_use")
              .put("id", "call_" + tool)
              .put("name", tool)
              .set("input", Json.object().put("text", "a"));
      answer.withArray("/content").add(call);
    }
    answer.putObject("usage").put("input_tokens", 10).put("output_tokens", 5);
    return Json.write(answer);
  }
}
