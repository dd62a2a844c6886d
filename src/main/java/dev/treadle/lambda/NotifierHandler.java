package dev.treadle.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.treadle.engine.ApprovalNotice;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Tells people about each question on the approval queue; a notice that failed comes again. */
@Named("notifier")
@Singleton
public class NotifierHandler implements RequestHandler<SQSEvent, SQSBatchResponse> {
  private static final Logger LOG = Logger.getLogger(NotifierHandler.class);
  private final Notifier notifier;

  public NotifierHandler(Notifier notifier) {
    this.notifier = notifier;
  }

  @Override
  public SQSBatchResponse handleRequest(SQSEvent event, @Nullable Context context) {
    return Batch.answer(event, this::isDone);
  }

  /** The edge: whatever the infrastructure throws, this message is kept and the others go on. */
  private boolean isDone(SQSEvent.SQSMessage message) {
    try {
      Optional<ApprovalNotice> notice = ApprovalNotice.parse(message.getBody());
      if (notice.isPresent()) return notifier.deliver(notice.get());
      LOG.warnf("message %s is not ours; it goes to the dead letters", message.getMessageId());
      return false;
    } catch (RuntimeException failed) {
      LOG.errorf(failed, "message %s failed and is delivered again", message.getMessageId());
      return false;
    }
  }
}
