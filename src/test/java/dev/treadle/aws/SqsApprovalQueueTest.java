package dev.treadle.aws;

import dev.treadle.engine.ApprovalNotices;
import dev.treadle.engine.ApprovalNoticesContract;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SqsApprovalQueueTest extends ApprovalNoticesContract {
  private SqsClient client;
  private String url;

  @BeforeAll
  void createQueue() {
    client = Cloud.usualQueues().sqs();
    url = Cloud.newQueue(client, Map.of(), 5).url();
  }

  @AfterAll
  void close() {
    if (client != null) client.close();
  }

  @Override
  protected ApprovalNotices queue() {
    return new SqsApprovalQueue(client, url);
  }

  @Override
  protected Optional<String> next() {
    Optional<Message> got =
        client.receiveMessage(ask -> ask.queueUrl(url).maxNumberOfMessages(1)).messages().stream()
            .findFirst();
    got.ifPresent(each ->
        client.deleteMessage(done -> done.queueUrl(url).receiptHandle(each.receiptHandle())));
    return got.map(Message::body);
  }
}
