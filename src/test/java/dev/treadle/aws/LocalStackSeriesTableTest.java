package dev.treadle.aws;

/** The series keep the contract on LocalStack. */
class LocalStackSeriesTableTest extends DynamoSeriesTableTest {
  @Override
  AwsClients clients() {
    return LocalStackCloud.clients();
  }
}
