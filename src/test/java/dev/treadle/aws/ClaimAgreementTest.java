package dev.treadle.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.Json;
import dev.treadle.Limits;
import dev.treadle.Outcome;
import dev.treadle.Reason;
import dev.treadle.Reserve;
import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.engine.Cancel;
import dev.treadle.engine.Claim;
import dev.treadle.engine.Lease;
import dev.treadle.engine.StepMessage;
import dev.treadle.engine.Task;
import dev.treadle.engine.TaskInput;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The condition of the claiming update and the engine's rule are the same rule. */
class ClaimAgreementTest {
  private static final int CASES = 300;
  private static final TaskId ID = new TaskId("t-1");
  private static final Instant NOW = Instant.parse("2026-01-05T10:00:30.123Z");
  private static final Lease FRESH = new Lease("fresh", NOW.plusSeconds(150));

  @Test
  void theConditionGrantsWhatTheRuleGrants() {
    try (DynamoDbClient client = Cloud.usualTables().dynamoDb()) {
      String table = Cloud.newTable(client);
      DynamoTaskStore store = new DynamoTaskStore(client, table);
      Document.items(ID, TableKeys.INPUT, Json.write(input()), Map.of())
          .forEach(item -> client.putItem(request -> request.tableName(table).item(item)));
      Map<Class<?>, Integer> answers = new HashMap<>();

      for (int seed = 0; seed < CASES; seed++) {
        Random random = new Random(seed);
        Task head = head(random);
        StepMessage message = new StepMessage(ID, 2 + off(random), 0);
        client.putItem(request -> request.tableName(table).item(HeadItem.of(head)));

        Claim claim = store.claim(message, FRESH, NOW).claim();

        Claim expected = Claim.of(head, message, FRESH, NOW);
        Task after = expected instanceof Claim.Granted(Task granted) ? granted : head;
        assertThat(claim).as("seed %d: %s", seed, head).isEqualTo(expected);
        assertThat(store.find(ID)).as("seed %d: %s", seed, head).contains(after);
        answers.merge(claim.getClass(), 1, Integer::sum);
      }
      client.deleteTable(request -> request.tableName(table));
      assertThat(answers.keySet())
          .containsExactlyInAnyOrderElementsOf(
              Set.of(
                  Claim.Granted.class,
                  Claim.AlreadyRecorded.class,
                  Claim.Held.class,
                  Claim.TooEarly.class,
                  Claim.Obsolete.class,
                  Claim.Exhausted.class));
      assertThat(answers.get(Claim.Granted.class)).isGreaterThan(CASES / 6);
    }
  }

  @Test
  void everyFieldOfAHeadSurvivesTheTable() {
    for (int seed = 0; seed < CASES; seed++) {
      Task head = head(new Random(seed));

      assertThat(HeadItem.task(HeadItem.of(head))).isEqualTo(head);
    }
  }

  private static final List<Status> STATUSES = List.of(Status.values());

  /** A head that is claimable but for a few things, each on one side of its limit or on it. */
  private static Task head(Random random) {
    Status status = rarely(random) ? STATUSES.get(random.nextInt(4)) : Status.RUNNING;
    Instant deadline = rarely(random) ? near(random) : NOW.plusSeconds(1_000);
    Instant notBefore = rarely(random) ? near(random) : NOW.minusSeconds(10);
    Reserve reserve = new Reserve(random.nextInt(3) * 1_000L, random.nextInt(3) * 500L);
    return new Task(
        Task.SCHEMA,
        ID,
        "pricing",
        new Task.Origin("tests", NOW, random.nextBoolean() ? null : new TaskId("parent")),
        2 + random.nextInt(100),
        2,
        status,
        outcome(status),
        NOW.minusSeconds(random.nextInt(100)),
        status == Status.RUNNING ? lease(random) : null,
        new Task.Attempts(notBefore, random.nextInt(3), 3, rarely(random) ? 0 : 2, 20),
        new Task.Funds(
            reserve.costMicros() + (rarely(random) ? Math.max(off(random), 0) : 77),
            Math.max(0, reserve.tokens() + (rarely(random) ? off(random) : 77)),
            5 - random.nextInt(9),
            reserve,
            Reserve.NONE,
            deadline,
            25),
        new Task.Progress(1, 2, 3, 0, 1, 2, 1, "h".repeat(random.nextInt(64))),
        new Task.Wake(
            status.isTerminal() ? null : near(random),
            NOW.minusSeconds(30).plusMillis(off(random) - (random.nextBoolean() ? 9 : 0))),
        rarely(random) ? new Cancel("ada", "no longer needed", NOW) : null);
  }

  private static Outcome outcome(Status status) {
    return Stream.of(Reason.values())
        .filter(reason -> reason.status() == status)
        .findFirst()
        .map(reason -> new Outcome(reason, "because"))
        .orElse(null);
  }

  private static Lease lease(Random random) {
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> new Lease("other", near(random));
      case 3 -> new Lease(FRESH.token(), near(random));
      default -> null;
    };
  }

  private static boolean rarely(Random random) {
    return random.nextInt(8) == 0;
  }

  private static int off(Random random) {
    return random.nextInt(4) == 0 ? random.nextInt(3) - 1 : 0;
  }

  private static Instant near(Random random) {
    List<Instant> sides = List.of(NOW.minusNanos(1), NOW, NOW.plusNanos(1), NOW.plusMillis(1));
    return sides.get(random.nextInt(sides.size()));
  }

  private static TaskInput input() {
    return new TaskInput(
        TaskInput.SCHEMA,
        ID,
        Json.object(),
        "digest",
        null,
        "hash",
        "Find the price.",
        "some-model",
        Limits.DEFAULT,
        List.of(),
        Json.object().put("type", "object"),
        Map.of(),
        null,
        false);
  }
}
