package dev.treadle.lambda;

import dev.treadle.Reserve;
import dev.treadle.Usage;
import dev.treadle.llm.Model;
import dev.treadle.llm.ModelReply;
import dev.treadle.llm.ModelRequest;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.List;

/** A model each call of which is a span, with the tokens and the money that it took. */
record TracedModel(Model model, Tracer tracer) implements Model {
  @Override
  public ModelReply ask(ModelRequest request) {
    SpanBuilder chat =
        Traces.of(model.origin(), tracer.spanBuilder("chat " + model.origin().name()))
            .setSpanKind(SpanKind.CLIENT)
            .setAttribute("gen_ai.operation.name", "chat")
            .setAttribute("gen_ai.request.max_tokens", request.maxOutputTokens());
    Span span = Traces.ofStep(chat, Context.current()).startSpan();
    try {
      ModelReply reply = model.ask(request);
      switch (reply) {
        case ModelReply.Answered(var answer, Usage usage) -> {
          used(span, usage);
          span.setAttribute(
              AttributeKey.stringArrayKey("gen_ai.response.finish_reasons"),
              List.of(answer.path("stop_reason").asText()));
        }
        case ModelReply.Unavailable(_, _, Usage usage) -> {
          used(span, usage);
          Traces.failed(span, "unavailable");
        }
        case ModelReply.Refused _ -> Traces.failed(span, "refused");
      }
      return reply;
    } finally {
      span.end();
    }
  }

  private static void used(Span span, Usage usage) {
    span.setAttribute("gen_ai.usage.input_tokens", usage.inputTokens())
        .setAttribute("gen_ai.usage.output_tokens", usage.outputTokens())
        .setAttribute("treadle.cost_micros", usage.costMicros());
  }

  @Override
  public Reserve reserveFor(long inputChars, int maxOutputTokens) {
    return model.reserveFor(inputChars, maxOutputTokens);
  }

  @Override
  public Origin origin() {
    return model.origin();
  }

  @Override
  public int windowTokens() {
    return model.windowTokens();
  }
}
