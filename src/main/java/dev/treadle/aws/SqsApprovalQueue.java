package dev.treadle.aws;

import dev.treadle.engine.ApprovalNotice;
import dev.treadle.engine.ApprovalNotices;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

/** The queue to the notifier on SQS. */
public final class SqsApprovalQueue implements ApprovalNotices {
  private final SqsClient client;
  private final String url;

  /**
   * A queue that exists.
   *
   * @param client is not closed by the queue
   */
  public SqsApprovalQueue(SqsClient client, String url) {
    this.client = client;
    this.url = url;
  }

  @Override
  public void send(ApprovalNotice notice) {
    SendMessageRequest request =
        SendMessageRequest.builder().queueUrl(url).messageBody(notice.body()).build();
    Tries.of(
        "queue " + url,
        "sending a notice of task " + notice.taskId(),
        () -> client.sendMessage(request));
  }
}
