package dev.treadle.aws;

/** The SQS queue keeps the contract on LocalStack. */
class LocalStackQueueTest extends OnSqs {
  @Override
  AwsClients clients() {
    return LocalStackCloud.clients();
  }
}
