package dev.treadle.aws;

/** The breakers keep the contract on LocalStack. */
class LocalStackBreakerTableTest extends DynamoBreakerTableTest {
  @Override
  AwsClients clients() {
    return LocalStackCloud.clients();
  }
}
