package dev.treadle.aws;

import dev.treadle.engine.StepQueue;
import dev.treadle.engine.StepQueueContract;
import dev.treadle.engine.StepSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** The contract of a queue on any SQS; side by side, because time here is real. */
@Execution(ExecutionMode.CONCURRENT)
abstract class OnSqs extends StepQueueContract {
  private SqsClient client;
  private Cloud.Queue queue;
  private SqsStepQueue adapter;

  abstract AwsClients clients();

  @Override
  protected void open() {
    client = clients().sqs();
    queue =
        Cloud.newQueue(
            client,
            Map.of(
                QueueAttributeName.VISIBILITY_TIMEOUT,
                String.valueOf(VISIBILITY.toSeconds()),
                // Without a wait, SQS looks at some of its servers only and may find nothing.
                QueueAttributeName.RECEIVE_MESSAGE_WAIT_TIME_SECONDS,
                "1"),
            MAX_RECEIVE_COUNT);
    adapter = new SqsStepQueue(client, queue.url());
  }

  @AfterEach
  void deleteQueue() {
    if (queue != null) {
      client.deleteQueue(request -> request.queueUrl(queue.url()));
      client.deleteQueue(request -> request.queueUrl(queue.deadLettersUrl()));
    }
    if (client != null) client.close();
  }

  @Override
  protected StepQueue queue() {
    return adapter;
  }

  @Override
  protected StepSource source() {
    return adapter;
  }

  @Override
  protected void passTime(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }

  @Override
  protected void sendRaw(String body) {
    client.sendMessage(request -> request.queueUrl(queue.url()).messageBody(body));
  }

  @Override
  protected List<String> deadBodies() {
    return client
        .receiveMessage(request ->
            request.queueUrl(queue.deadLettersUrl()).maxNumberOfMessages(10).visibilityTimeout(0))
        .messages()
        .stream()
        .map(Message::body)
        .toList();
  }
}
