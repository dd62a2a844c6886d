package dev.treadle.aws;

/** Duplicates of deliveries do no harm on LocalStack. */
class LocalStackDuplicatesTest extends DynamoDuplicatesTest {
  @Override
  AwsClients clients() {
    return LocalStackCloud.clients();
  }
}
