package dev.treadle.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.TaskId;
import dev.treadle.approval.StoredLink;
import dev.treadle.engine.Approval;
import dev.treadle.engine.Defaults;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

class LinkExpiryTest {
  private static final Duration QUESTION_MAX = Duration.ofDays(60);

  private final StoredLink link =
      new StoredLink(
          StoredLink.SCHEMA,
          new TaskId("t-1"),
          "question",
          "ann",
          "ab".repeat(32),
          Instant.parse("2026-03-02T09:00:00Z"));

  @Test
  void aLinkExpiresInSecondsAndLongAfterItsQuestion() {
    try (DynamoDbClient tables = Cloud.emulated().tables().dynamoDb()) {
      String table = Cloud.newTable(tables);
      LinkTable links = new LinkTable(tables, table);

      links.keep(link);

      String expires =
          tables
              .getItem(request ->
                  request
                      .tableName(table)
                      .key(
                          TableKeys.of(
                              link.taskId(), TableKeys.link("question") + link.secretHash())))
              .item()
              .get(TableKeys.EXPIRES_AT)
              .n();
      assertThat(Long.parseLong(expires))
          .isEqualTo(Instant.parse("2028-03-01T09:00:00Z").getEpochSecond());
      assertThat(links.of(link.taskId(), "question")).containsExactly(link);
    }
    assertThat(Defaults.LINK_KEPT)
        .isGreaterThan(QUESTION_MAX.multipliedBy(1 + Approval.Timing.EXTENSIONS_MAX));
  }
}
