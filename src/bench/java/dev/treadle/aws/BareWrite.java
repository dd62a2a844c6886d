package dev.treadle.aws;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A program that writes one item and ends: the floor of a cold start. */
public final class BareWrite {
  private BareWrite() {}

  public static void main(String[] arguments) {
    URI endpoint = URI.create(System.getenv("TREADLE_DYNAMODB_ENDPOINT"));
    try (var tables = AwsClients.FROM_ENVIRONMENT.at(Optional.of(endpoint)).dynamoDb()) {
      var _ =
          tables.putItem(request ->
              request
                  .tableName(System.getenv("TREADLE_TABLE"))
                  .item(
                      Map.of(
                          TableKeys.PK, AttributeValue.fromS("TASK#bare"),
                          TableKeys.SK, AttributeValue.fromS("HEAD"))));
    }
  }
}
