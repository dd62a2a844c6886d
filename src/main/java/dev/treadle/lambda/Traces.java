package dev.treadle.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.Reserve;
import dev.treadle.StepExecutor;
import dev.treadle.StepInput;
import dev.treadle.StepResult;
import dev.treadle.TaskId;
import dev.treadle.Tool;
import dev.treadle.ToolOutcome;
import dev.treadle.llm.Model;
import dev.treadle.llm.Models;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Spans of steps, model calls and tool calls, by OpenTelemetry's conventions for generative AI. Off
 * unless an exporter is configured; then nothing is decorated.
 *
 * <p>Spans hold names, counts and costs, and never what a model, a tool or a person said. All spans
 * of a task are in one trace, whose id is made of the task's: an invocation needs to hear of no
 * other to join it, whoever sent its message.
 */
public final class Traces implements AutoCloseable {
  public static final Traces OFF = new Traces(Optional.empty());
  private static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
  private static final String SERVICE = "OTEL_SERVICE_NAME";
  private static final String SERVICE_USUAL = "treadle";
  private static final String PATH = "/v1/traces";

  /** What a collector does not take by then is lost; a step's lease is worth more. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Which step a model is asked for: a request does not say. */
  private static final ContextKey<Step> STEP = ContextKey.named("treadle-step");

  private record Step(TaskId task, int iteration) {}

  private final Optional<SdkTracerProvider> provider;

  /** Of the models that are asked here, by the names that agents use. */
  private final Map<String, Model.Origin> origins = new ConcurrentHashMap<>();

  /** The spans of steps that run now: tools run on threads that do not know their step's. */
  private final Map<TaskId, Context> running = new ConcurrentHashMap<>();

  private Traces(Optional<SdkTracerProvider> provider) {
    this.provider = provider;
  }

  /**
   * As the environment says: {@code OTEL_EXPORTER_OTLP_ENDPOINT} is the address of a collector that
   * takes OTLP over HTTP.
   */
  public static Traces ofEnvironment(Map<String, String> environment) {
    String endpoint = environment.getOrDefault(ENDPOINT, "");
    if (endpoint.isBlank()) return OFF;
    String base = endpoint.endsWith("/") ? endpoint.substring(0, endpoint.length() - 1) : endpoint;
    SpanExporter exporter =
        OtlpHttpSpanExporter.builder().setEndpoint(base + PATH).setTimeout(PATIENCE).build();
    return to(exporter, environment.getOrDefault(SERVICE, SERVICE_USUAL));
  }

  /** To an exporter, under the name of a service. */
  static Traces to(SpanExporter exporter, String service) {
    Resource resource = Resource.getDefault().toBuilder().put("service.name", service).build();
    return new Traces(
        Optional.of(
            SdkTracerProvider.builder()
                .setResource(resource)
                .addSpanProcessor(BatchSpanProcessor.builder(exporter).build())
                .build()));
  }

  /** Sends what there is: Lambda freezes a process between its invocations. */
  void flush() {
    provider.ifPresent(
        spans -> spans.forceFlush().join(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
  }

  /** The same executor, each step of which is a span {@code invoke_agent}. */
  public StepExecutor around(StepExecutor executor) {
    return tracer().<StepExecutor>map(tracer -> new Traced(executor, tracer)).orElse(executor);
  }

  /** The same models, each call of which is a span {@code chat} within its step's. */
  public Models around(Models models) {
    if (tracer().isEmpty()) return models;
    Tracer tracer = tracer().get();
    Map<String, Model> traced = new HashMap<>();
    models
        .byName()
        .forEach((name, model) -> {
          traced.put(name, new TracedModel(model, tracer));
          origins.put(name, model.origin());
        });
    return new Models(traced);
  }

  /** The same agent, each call of whose tools is a span {@code execute_tool} within its step's. */
  public Agent around(Agent agent) {
    if (tracer().isEmpty()) return agent;
    Tracer tracer = tracer().get();
    return agent.with(
        agent.tools().stream().map(tool -> traced(tool, agent.name(), tracer)).toList());
  }

  private Optional<Tracer> tracer() {
    return provider.map(spans -> spans.get("dev.treadle"));
  }

  private Tool traced(Tool tool, String agent, Tracer tracer) {
    Tool.Body<JsonNode> body = tool.body();
    return tool.performing((arguments, invocation) -> {
      TaskId task = invocation.taskId();
      // An approved action runs in a step of the loop's own, without an executor.
      Context parent = running.getOrDefault(task, traceOf(task));
      Span span =
          step(
                  tracer.spanBuilder("execute_tool " + tool.name()),
                  new Step(task, invocation.iteration()))
              .setParent(parent)
              .setAttribute("gen_ai.operation.name", "execute_tool")
              .setAttribute("gen_ai.tool.name", tool.name())
              .setAttribute("gen_ai.tool.type", "function")
              .setAttribute("gen_ai.agent.name", agent)
              .startSpan();
      try {
        ToolOutcome outcome = body.perform(arguments, invocation);
        switch (outcome) {
          case ToolOutcome.Succeeded _ -> {}
          case ToolOutcome.Failed _ -> failed(span, "failed");
          case ToolOutcome.Unavailable _ -> failed(span, "unavailable");
        }
        return outcome;
      } catch (Exception unknown) {
        failed(span, unknown.getClass().getName());
        throw unknown;
      } finally {
        span.end();
      }
    });
  }

  /** The error's kind alone: what it says may hold what somebody said. */
  static void failed(Span span, String kind) {
    span.setAttribute("error.type", kind).setStatus(StatusCode.ERROR);
  }

  private static SpanBuilder step(SpanBuilder span, Step step) {
    return span.setAttribute("gen_ai.conversation.id", step.task().value())
        .setAttribute("treadle.iteration", step.iteration());
  }

  /** Names the step that runs on this thread. */
  static SpanBuilder ofStep(SpanBuilder span, Context context) {
    Step step = context.get(STEP);
    return step == null ? span : step(span, step);
  }

  /** Names whose model is asked. */
  static SpanBuilder of(Model.Origin origin, SpanBuilder span) {
    return span.setAttribute("gen_ai.provider.name", origin.provider())
        .setAttribute("gen_ai.request.model", origin.name());
  }

  /** The trace that all spans of a task are in. */
  static Context traceOf(TaskId task) {
    SpanContext root =
        SpanContext.createFromRemoteParent(
            task.traceId(),
            task.traceDigest().substring(32, 48),
            TraceFlags.getSampled(),
            TraceState.getDefault());
    return Context.root().with(Span.wrap(root));
  }

  @Override
  public void close() {
    provider.ifPresent(SdkTracerProvider::close);
  }

  /** Steps as spans. */
  private final class Traced implements StepExecutor {
    private final StepExecutor executor;
    private final Tracer tracer;

    Traced(StepExecutor executor, Tracer tracer) {
      this.executor = executor;
      this.tracer = tracer;
    }

    @Override
    public StepResult execute(StepInput input, Actions actions) {
      TaskId task = input.taskId();
      String agent = input.agent().name();
      Step step = new Step(task, input.iteration());
      String model = input.agent().model();
      // Without a model of its own an agent plays a script, or asks none.
      Model.Origin origin = origins.getOrDefault(model, new Model.Origin("script", model));
      Span span =
          step(of(origin, tracer.spanBuilder("invoke_agent " + agent)), step)
              .setParent(traceOf(task))
              .setAttribute("gen_ai.operation.name", "invoke_agent")
              .setAttribute("gen_ai.agent.name", agent)
              .startSpan();
      Context context = Context.root().with(span).with(STEP, step);
      running.put(task, context);
      try (Scope _ = context.makeCurrent()) {
        StepResult result = executor.execute(input, actions);
        if (result instanceof StepResult.Faulted(var fault, _)) {
          failed(span, fault.getClass().getSimpleName());
        }
        return result;
      } catch (RuntimeException bug) {
        failed(span, bug.getClass().getName());
        throw bug;
      } finally {
        running.remove(task, context);
        span.end();
      }
    }

    @Override
    public Reserve firstReserve(Agent agent) {
      return executor.firstReserve(agent);
    }
  }
}
