package dev.treadle.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.treadle.engine.Defaults;
import dev.treadle.engine.Disposition;
import dev.treadle.engine.LoopEngine;
import dev.treadle.engine.StepMessage;
import dev.treadle.engine.StepSource;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Runs one iteration per message. A message that must be kept is reported as failed, after its
 * visibility was set to when it is wanted again.
 */
@Named("step")
@Singleton
public class StepHandler implements RequestHandler<SQSEvent, SQSBatchResponse> {
  private static final Logger LOG = Logger.getLogger(StepHandler.class);

  /** An alien message goes to the dead letters at once, not after hours of visibility timeouts. */
  private static final Duration ALIEN_PAUSE = Duration.ofSeconds(1);

  private final LoopEngine engine;
  private final StepSource source;
  private final InstantSource clock;
  private final Traces traces;

  public StepHandler(LoopEngine engine, StepSource source, InstantSource clock, Traces traces) {
    this.engine = engine;
    this.source = source;
    this.clock = clock;
    this.traces = traces;
  }

  @Override
  public SQSBatchResponse handleRequest(SQSEvent event, @Nullable Context context) {
    SQSBatchResponse answer = Batch.answer(event, message -> isDone(message, context));
    traces.flush();
    return answer;
  }

  /** The edge: whatever the infrastructure throws, this message is kept and the others go on. */
  private boolean isDone(SQSEvent.SQSMessage message, @Nullable Context context) {
    try {
      Optional<StepMessage> parsed = StepMessage.parse(message.getBody());
      if (parsed.isEmpty()) {
        LOG.warnf("message %s is not ours; it goes to the dead letters", message.getMessageId());
        source.hideFor(message.getReceiptHandle(), ALIEN_PAUSE);
        return false;
      }
      Duration timeLeft = timeLeft(context);
      return LogFields.during(parsed.get(), () -> isDone(message, parsed.get(), timeLeft));
    } catch (RuntimeException failed) {
      LOG.errorf(
          failed,
          "message %s (%s) is not ours and could not be hidden",
          message.getMessageId(),
          message.getBody());
      return false;
    }
  }

  /** A step has as long on a laptop as in a function, so that no agent works only there. */
  private static Duration timeLeft(@Nullable Context context) {
    Duration whole = Defaults.FUNCTION_TIMEOUT;
    if (context == null) return whole;
    Duration left = Duration.ofMillis(context.getRemainingTimeInMillis());
    // A stand-in for Lambda that names no deadline says what no function that runs can have.
    return left.isNegative() || left.compareTo(whole) > 0 ? whole : left;
  }

  /** Lines about a failure name its task, so it is caught here. */
  private boolean isDone(SQSEvent.SQSMessage message, StepMessage parsed, Duration timeLeft) {
    try {
      return switch (engine.deliver(parsed, timeLeft)) {
        case Disposition.Acknowledge() -> true;
        case Disposition.KeepUntil(Instant when) -> {
          hideUntil(message, when);
          yield false;
        }
      };
    } catch (RuntimeException failed) {
      LOG.errorf(
          failed,
          "message %s (%s) failed and is delivered again",
          message.getMessageId(),
          message.getBody());
      return false;
    }
  }

  private void hideUntil(SQSEvent.SQSMessage message, Instant when) {
    Duration wait = Duration.between(clock.instant(), when);
    Duration bounded = wait.compareTo(Defaults.HIDE_MAX) > 0 ? Defaults.HIDE_MAX : wait;
    source.hideFor(message.getReceiptHandle(), bounded.isNegative() ? Duration.ZERO : bounded);
  }
}
