package dev.treadle.aws;

/** The SQS queue keeps the contract, on the emulator or wherever the properties say. */
class SqsStepQueueTest extends OnSqs {
  @Override
  AwsClients clients() {
    return Cloud.usualQueues();
  }
}
