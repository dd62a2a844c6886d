package dev.treadle.aws;

/** The DynamoDB table keeps the contract on LocalStack. */
class LocalStackTaskStoreTest extends OnDynamoDb {
  @Override
  AwsClients clients() {
    return LocalStackCloud.clients();
  }
}
