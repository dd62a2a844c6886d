package dev.treadle.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.aws.CallRecorder.Need;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Holds each role of template.yaml to the calls that its function's own code makes on the
 * emulators: each is allowed, and nothing is allowed that no call needs.
 *
 * <p>Within one statement each action and each partition must be needed, not each pair of them.
 */
class RolesTest {
  /** Allowed without a call of ours that an emulator of the table or the queues could see. */
  private static final Map<String, String> REASONED =
      Map.of(
          "logs:CreateLogStream", "Lambda writes the log in the function's name",
          "logs:PutLogEvents", "Lambda writes the log in the function's name",
          "xray:PutTraceSegments", "Lambda writes traces in the function's name",
          "xray:PutTelemetryRecords", "Lambda writes traces in the function's name",
          "sqs:ReceiveMessage", "Lambda's mapping receives in the function's name",
          "sqs:DeleteMessage", "Lambda's mapping deletes in the function's name",
          "sqs:GetQueueAttributes", "Lambda's mapping asks in the function's name",
          "secretsmanager:GetSecretValue",
              "named secrets only: see eachSecretIsReadByThoseWhoNeedIt",
          "kms:Decrypt", "of those secrets, and by way of Secrets Manager alone",
          "bedrock:InvokeModel", "named models only");

  /** Needed by what this week of calls does not hold. */
  private static final Map<String, String> RARE =
      Map.of(
          "Approval sqs:SendMessage ApprovalQueue.Arn",
          "an edit that weighs more becomes a question of its own, which others hear of");

  private final Template template = Template.read();

  @Test
  void eachRoleAllowsWhatItsFunctionDoesAndNothingElse() {
    Map<String, Set<Need>> needs = FunctionCalls.recorded();

    needs.forEach((function, calls) -> {
      calls.forEach(call -> System.out.printf("%-9s %s%n", function, call));
      List<JsonNode> grants = statements(function);
      assertThat(calls)
          .as("calls of %s that its role refuses", function)
          .allMatch(call -> grants.stream().anyMatch(grant -> allows(grant, call)));
      for (JsonNode grant : grants) assertNothingIsSuperfluous(function, grant, calls);
    });
    assertThat(needs.keySet())
        .containsExactlyInAnyOrder(
            "Step", "Trigger", "Webhook", "Approval", "Api", "Notifier", "Watchdog");
  }

  private static void assertNothingIsSuperfluous(String function, JsonNode grant, Set<Need> calls) {
    List<Need> used = calls.stream().filter(call -> allows(grant, call)).toList();
    for (String action : texts(grant.path("Action"))) {
      String resource = grant.path("Resource").asText();
      if (REASONED.containsKey(action)) continue;
      if (RARE.containsKey("%s %s %s".formatted(function, action, resource))) continue;
      assertThat(used)
          .as("%s may %s in %s and never does", function, action, grant.path("Sid"))
          .anyMatch(call -> call.action().equals(action));
    }
    for (String keys : keys(grant)) {
      assertThat(used)
          .as("%s may touch %s in %s and never does", function, keys, grant.path("Sid"))
          .anyMatch(call -> call.keys().equals(keys));
    }
  }

  @Test
  void noRoleHasAWildcardOrMayScanOrDelete() {
    for (String function : functions()) {
      for (JsonNode grant : statements(function)) {
        assertThat(texts(grant.path("Action")))
            .as(function)
            .noneMatch(action -> action.contains("*"))
            .doesNotContain("dynamodb:Scan", "dynamodb:DeleteItem");
        // X-Ray knows no resources.
        boolean isTraces = grant.path("Sid").asText().equals("Traces");
        assertThat(grant.path("Resource").asText().contains("*"))
            .as("%s: %s", function, grant)
            .isEqualTo(isTraces);
      }
    }
  }

  @Test
  void onlyTheApprovalFunctionWritesDecisions() {
    Need write = new Need("dynamodb:PutItem", "TaskTable.Arn", "DECISION#*");

    for (String function : functions()) {
      assertThat(statements(function).stream().anyMatch(grant -> allows(grant, write)))
          .as(function)
          .isEqualTo(function.equals("Approval"));
    }
  }

  @Test
  void eachSecretIsReadByThoseWhoNeedIt() {
    Map<String, Set<String>> readers = new LinkedHashMap<>();
    for (String function : functions()) {
      for (JsonNode grant : statements(function)) {
        if (texts(grant.path("Action")).contains("secretsmanager:GetSecretValue")) {
          readers
              .computeIfAbsent(grant.path("Resource").asText(), _ -> new TreeSet<>())
              .add(function);
        }
      }
    }

    assertThat(readers)
        .isEqualTo(
            Map.of(
                "DecisionKeySecret", Set.of("Approval"),
                "LinkKeysSecret", Set.of("Approval", "Notifier"),
                "WebhookSecrets", Set.of("Webhook"),
                "SmtpSecret", Set.of("Notifier", "Step"),
                "McpSecrets", Set.of("Step"),
                "AnthropicSecret", Set.of("Step"),
                "OpenAiSecret", Set.of("Step")));
  }

  private List<String> functions() {
    return List.of("Step", "Trigger", "Webhook", "Approval", "Api", "Notifier", "Watchdog");
  }

  /** Those with a condition of the template too: what may be allowed is allowed. */
  private List<JsonNode> statements(String function) {
    JsonNode policies = template.properties(function + "Role").path("Policies");
    assertThat(policies.size()).as(function).isEqualTo(1);
    List<JsonNode> statements = new ArrayList<>();
    for (JsonNode each : policies.path(0).at("/PolicyDocument/Statement")) {
      statements.add(each instanceof ObjectNode ? each : each.path(1));
    }
    return statements;
  }

  private static boolean allows(JsonNode grant, Need call) {
    String resource = grant.path("Resource").asText().replace("${TaskTable.Arn}", "TaskTable.Arn");
    return texts(grant.path("Action")).contains(call.action())
        && resource.equals(call.resource())
        && (call.keys().isEmpty() || keys(grant).contains(call.keys()));
  }

  private static List<String> keys(JsonNode grant) {
    return texts(
        grant.path("Condition").path("ForAllValues:StringLike").path("dynamodb:LeadingKeys"));
  }

  private static List<String> texts(JsonNode oneOrMany) {
    if (oneOrMany.isTextual()) return List.of(oneOrMany.asText());
    List<String> texts = new ArrayList<>();
    oneOrMany.forEach(each -> texts.add(each.asText()));
    return texts;
  }
}
