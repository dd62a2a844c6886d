package dev.treadle.aws;

import dev.treadle.engine.Defaults;
import dev.treadle.engine.StepMessage;
import dev.treadle.engine.StepQueue;
import dev.treadle.engine.StepSource;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityRequest;
import software.amazon.awssdk.services.sqs.model.DeleteMessageRequest;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** The queue on SQS, both ends of it; a standard queue of the shape of {@code template.yaml}. */
public final class SqsStepQueue implements StepQueue, StepSource {
  /** SQS hands out no more in one call. */
  private static final int RECEIVE_MAX = 10;

  /** SQS counts the twelve hours from the reception on, which was up to a visibility time ago. */
  private static final Duration HIDE_MAX = Defaults.HIDE_MAX.minus(Defaults.VISIBILITY);

  private static final Set<String> OLD_RECEIPT =
      Set.of("ReceiptHandleIsInvalid", "MessageNotInflight", "ReceiptHandleIsInvalidException");

  private final SqsClient client;
  private final String url;

  /**
   * A queue that exists.
   *
   * @param client is not closed by the queue
   */
  public SqsStepQueue(SqsClient client, String url) {
    this.client = client;
    this.url = url;
  }

  @Override
  public void send(StepMessage message, Duration delay) {
    SendMessageRequest request =
        SendMessageRequest.builder()
            .queueUrl(url)
            .messageBody(message.body())
            .delaySeconds(seconds(delay, Defaults.QUEUE_DELAY_MAX))
            .build();
    call(
        "sending iteration %d of task %s".formatted(message.iteration(), message.taskId()),
        () -> client.sendMessage(request));
  }

  @Override
  public List<Received> receive(int most) {
    ReceiveMessageRequest request =
        ReceiveMessageRequest.builder()
            .queueUrl(url)
            .maxNumberOfMessages(Math.min(most, RECEIVE_MAX))
            .messageSystemAttributeNames(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT)
            .build();
    return call("receiving", () -> client.receiveMessage(request)).messages().stream()
        .map(SqsStepQueue::received)
        .toList();
  }

  private static Received received(Message message) {
    String count = message.attributes().get(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT);
    return new Received(
        message.receiptHandle(), message.body(), count == null ? 1 : Integer.parseInt(count));
  }

  @Override
  public void delete(String receipt) {
    DeleteMessageRequest request =
        DeleteMessageRequest.builder().queueUrl(url).receiptHandle(receipt).build();
    withReceipt("deleting a message", () -> client.deleteMessage(request));
  }

  @Override
  public void hideFor(String receipt, Duration time) {
    ChangeMessageVisibilityRequest request =
        ChangeMessageVisibilityRequest.builder()
            .queueUrl(url)
            .receiptHandle(receipt)
            .visibilityTimeout(seconds(time, HIDE_MAX))
            .build();
    withReceipt("hiding a message", () -> client.changeMessageVisibility(request));
  }

  private void withReceipt(String what, Supplier<?> call) {
    try {
      call(what, call);
    } catch (OldReceipt ignored) {
      // The message was received again or is gone: it belongs to somebody else now.
    }
  }

  private <T> T call(String what, Supplier<T> call) {
    return Tries.of(
        "queue " + url,
        what,
        () -> {
          try {
            return call.get();
          } catch (SqsException answered) {
            if (isOldReceipt(answered)) throw new OldReceipt(answered);
            throw answered;
          }
        });
  }

  private static boolean isOldReceipt(SqsException answered) {
    String code = InfrastructureFailure.code(answered);
    return OLD_RECEIPT.stream().anyMatch(code::endsWith)
        || (code.equals("InvalidParameterValue")
            && String.valueOf(answered.getMessage()).contains("eceipt"));
  }

  private static int seconds(Duration time, Duration most) {
    Duration cut = time.compareTo(most) > 0 ? most : time;
    if (!cut.isPositive()) return 0;
    return Math.toIntExact(cut.plusSeconds(1).minusNanos(1).toSeconds());
  }

  private static final class OldReceipt extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OldReceipt(SqsException cause) {
      super(cause);
    }
  }
}
