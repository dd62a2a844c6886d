package dev.treadle.lambda;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Messages that came together, of which each is done with or kept for itself. */
final class Batch {
  private Batch() {}

  /** Names the messages that are to come again. */
  static SQSBatchResponse answer(SQSEvent event, Predicate<SQSEvent.SQSMessage> isDone) {
    List<SQSBatchResponse.BatchItemFailure> kept = new ArrayList<>();
    List<SQSEvent.SQSMessage> messages =
        event.getRecords() == null ? List.of() : event.getRecords();
    for (SQSEvent.SQSMessage message : messages) {
      if (!isDone.test(message)) {
        kept.add(new SQSBatchResponse.BatchItemFailure(message.getMessageId()));
      }
    }
    return new SQSBatchResponse(kept);
  }
}
