package dev.treadle.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.treadle.Agent;
import dev.treadle.DecisionCheck;
import dev.treadle.Json;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import dev.treadle.drift.RunJudge;
import dev.treadle.engine.AgentCatalog;
import dev.treadle.engine.Defaults;
import dev.treadle.engine.Loop;
import dev.treadle.engine.StartAnswer;
import dev.treadle.engine.StepMessage;
import dev.treadle.engine.VirtualThreads;
import dev.treadle.engine.Worker;
import dev.treadle.llm.Models;
import dev.treadle.llm.ToolCallingExecutor;
import dev.treadle.llm.scripted.Scenario;
import dev.treadle.llm.scripted.ScriptedModel;
import dev.treadle.local.EmbeddedSeriesTable;
import dev.treadle.local.EmbeddedTaskStore;
import dev.treadle.local.MapRecords;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TracesTest {
  private static final TaskId ID = new TaskId("t-1");
  private static final String SCRIPT =
      """
      {"name": "clerk", "answers": [
        {"text": "a private thought",
         "calls": [{"tool": "look", "arguments": {"about": "a private question"}}],
         "usage": {"input_tokens": 100, "output_tokens": 10, "cost_micros": 450}},
        {"calls": [{"tool": "look", "arguments": {"about": "nothing"}}]},
        {"calls": [{"tool": "complete_task", "arguments": {"output": {}}}]}]}
      """;
  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();

  /** Arguments of the only tool. */
  record Subject(String about) {}

  @Test
  void theSpansOfATaskAreOneTraceAndEachCallIsWithinItsStep() {
    Traces traces = Traces.to(exporter, "shop");

    run(traces);

    List<SpanData> spans = spans(traces);
    assertThat(spans)
        .extracting(SpanData::getName)
        .containsExactly(
            "chat clerk",
            "execute_tool look",
            "invoke_agent clerk",
            "chat clerk",
            "execute_tool look",
            "invoke_agent clerk",
            "chat clerk",
            "invoke_agent clerk");
    assertThat(spans).extracting(SpanData::getTraceId).containsOnly(spans.getFirst().getTraceId());
    SpanData step = spans.get(2);
    assertThat(spans.subList(0, 2))
        .extracting(SpanData::getParentSpanId)
        .containsOnly(step.getSpanId());
    assertThat(attribute(step, "gen_ai.operation.name")).isEqualTo("invoke_agent");
    assertThat(attribute(step, "gen_ai.agent.name")).isEqualTo("clerk");
    assertThat(attribute(step, "gen_ai.conversation.id")).isEqualTo("t-1");
    assertThat(attribute(step, "gen_ai.provider.name")).isEqualTo("script");
    assertThat(step.getAttributes().get(AttributeKey.longKey("treadle.iteration"))).isEqualTo(1);
    assertThat(step.getResource().getAttribute(AttributeKey.stringKey("service.name")))
        .isEqualTo("shop");
  }

  @Test
  void aModelCallSaysWhoseModelItWasAndWhatItTookAndAFailedToolThatItFailed() {
    Traces traces = Traces.to(exporter, "shop");

    run(traces);

    List<SpanData> spans = spans(traces);
    SpanData chat = spans.getFirst();
    assertThat(attribute(chat, "gen_ai.operation.name")).isEqualTo("chat");
    assertThat(attribute(chat, "gen_ai.provider.name")).isEqualTo("script");
    assertThat(attribute(chat, "gen_ai.request.model")).isEqualTo("clerk");
    assertThat(attribute(chat, "gen_ai.conversation.id")).isEqualTo("t-1");
    assertThat(chat.getKind()).isEqualTo(SpanKind.CLIENT);
    assertThat(chat.getAttributes().get(AttributeKey.longKey("gen_ai.usage.input_tokens")))
        .isEqualTo(100);
    assertThat(chat.getAttributes().get(AttributeKey.longKey("gen_ai.usage.output_tokens")))
        .isEqualTo(10);
    assertThat(chat.getAttributes().get(AttributeKey.longKey("treadle.cost_micros")))
        .isEqualTo(450);
    SpanData good = spans.get(1);
    SpanData bad = spans.get(4);
    assertThat(attribute(good, "gen_ai.operation.name")).isEqualTo("execute_tool");
    assertThat(attribute(good, "gen_ai.tool.name")).isEqualTo("look");
    assertThat(attribute(good, "gen_ai.conversation.id")).isEqualTo("t-1");
    assertThat(good.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(bad.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(attribute(bad, "error.type")).isEqualTo("failed");
  }

  @Test
  void noSpanHoldsWhatWasSaid() {
    Traces traces = Traces.to(exporter, "shop");

    run(traces);

    assertThat(spans(traces).toString()).contains("look").doesNotContain("private");
  }

  @Test
  void anotherProcessPutsItsSpansIntoTheSameTrace() {
    assertThat(Traces.traceOf(ID)).hasToString(Traces.traceOf(new TaskId("t-1")).toString());
    assertThat(Traces.traceOf(ID).toString())
        .isNotEqualTo(Traces.traceOf(new TaskId("t-2")).toString());
  }

  @Test
  void withoutAnExporterNothingIsDecorated() {
    Traces traces = Traces.ofEnvironment(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", ""));
    Agent agent = Agent.named("clerk").build();
    Models models = new Models(Map.of());

    assertThat(traces).isSameAs(Traces.OFF);
    assertThat(traces.around(agent)).isSameAs(agent);
    assertThat(traces.around(models)).isSameAs(models);
  }

  @Test
  void aCollectorReceivesTheSpansWhenAnInvocationEndsAndOneThatIsDownStopsNothing()
      throws Exception {
    List<String> received = Collections.synchronizedList(new ArrayList<>());
    HttpServer collector =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext(
        "/v1/traces",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          received.add(new String(body, StandardCharsets.ISO_8859_1));
          exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
    String address = "http://127.0.0.1:" + collector.getAddress().getPort();
    try (Traces traces =
        Traces.ofEnvironment(
            Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", address, "OTEL_SERVICE_NAME", "shop"))) {
      run(traces);
      traces.flush();

      assertThat(String.join("", received))
          .contains("invoke_agent clerk", "chat clerk", "execute_tool look", "shop");
      collector.stop(0);
      run(traces);
      traces.flush();
    }
  }

  private List<SpanData> spans(Traces traces) {
    traces.flush();
    return exporter.getFinishedSpanItems();
  }

  private static String attribute(SpanData span, String name) {
    return String.valueOf(span.getAttributes().get(AttributeKey.stringKey(name)));
  }

  /** A task of three steps. */
  private static void run(Traces traces) {
    Instant now = Instant.parse("2026-03-02T09:00:00Z");
    MapRecords records = new MapRecords();
    Agent agent =
        Agent.named("clerk")
            .tool(Tool.readOnly("look", "Looks", Subject.class, (subject, _) -> look(subject)))
            .build();
    Models models = new Models(Map.of("default", new ScriptedModel(Scenario.parse(SCRIPT))));
    try (VirtualThreads threads = new VirtualThreads()) {
      Loop loop =
          Loop.on(
              new Loop.Places(new EmbeddedTaskStore(records), (_, _) -> {}, _ -> {}),
              new AgentCatalog(List.of(traces.around(agent))),
              traces.around(new ToolCallingExecutor(traces.around(models), 1_000)),
              (_, _, _, _) -> new DecisionCheck.StillOpen(),
              new RunJudge(new EmbeddedSeriesTable(records)),
              threads,
              new Worker(() -> now, new Random(7), Defaults.LEASE));
      var request =
          Json.object()
              .put("task_id", ID.value())
              .put("task_type", "clerk")
              .put("triggered_by", "person:test");
      request.set("input_data", Json.object());
      assertThat(loop.starter().start(request)).isInstanceOf(StartAnswer.Started.class);
      for (int iteration = 1; iteration <= 3; iteration++) {
        var _ = loop.engine().deliver(new StepMessage(ID, iteration, 0), Defaults.FUNCTION_TIMEOUT);
      }
      assertThat(loop.store().find(ID).orElseThrow().status()).isEqualTo(dev.treadle.Status.DONE);
    }
  }

  private static ToolOutcome look(Subject subject) {
    return subject.about().equals("nothing")
        ? ToolOutcome.failed("a private reason")
        : ToolOutcome.succeeded("seen");
  }
}
