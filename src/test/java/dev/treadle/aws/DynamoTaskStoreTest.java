package dev.treadle.aws;

/** The DynamoDB table keeps the contract, on the emulator or wherever the properties say. */
class DynamoTaskStoreTest extends OnDynamoDb {
  @Override
  AwsClients clients() {
    return Cloud.usualTables();
  }
}
