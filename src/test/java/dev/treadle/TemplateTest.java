package dev.treadle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.engine.Defaults;
import dev.treadle.lambda.Metric;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Holds template.yaml to what CloudFormation and SAM accept, where their tools are installed. */
@StartsProcesses
class TemplateTest {
  private static @Nullable String transformed;

  private record Run(int exit, String output) {}

  @Test
  void theLinterFindsNothing() throws Exception {
    assumeTrue(isInstalled("cfnlint"), "cfn-lint is not installed: template.yaml was not linted");

    Run run = run("python3", "-c", "from cfnlint.runner import main; main()", "template.yaml");

    assertThat(run.output()).isBlank();
    assertThat(run.exit()).isZero();
  }

  @Test
  void theTransformMakesTheFunctionsAndTheTimeLadderHolds() throws Exception {
    JsonNode resources = transformed();

    JsonNode step = properties(resources, "StepFunction");
    assertThat(step.path("RecursiveLoop").asText()).isEqualTo("Allow");
    int timeout = step.path("Timeout").asInt();
    assertThat(timeout).isEqualTo(Defaults.FUNCTION_TIMEOUT.toSeconds());
    assertThat(Defaults.LEASE.toSeconds()).isGreaterThan(timeout);
    assertHasRoom(resources, "StepQueue", timeout);
    JsonNode notifier = properties(resources, "NotifierFunction");
    assertHasRoom(resources, "ApprovalQueue", notifier.path("Timeout").asInt());
    JsonNode trigger = properties(resources, "TriggerFunction");
    assertHasRoom(resources, "ScheduleQueue", trigger.path("Timeout").asInt());
    for (String mapping :
        List.of("StepFunctionDue", "NotifierFunctionNotice", "TriggerFunctionFire")) {
      JsonNode source = properties(resources, mapping);
      assertThat(source.path("BatchSize").asInt()).isEqualTo(1);
      assertThat(source.path("FunctionResponseTypes").toString())
          .contains("ReportBatchItemFailures");
    }
    // An HTTP API gives up after 30 s, and a person should hear what became of the click.
    for (String function : List.of("WebhookFunction", "ApprovalFunction", "ApiFunction")) {
      assertThat(properties(resources, function).path("Timeout").asInt()).isLessThan(30);
    }
    assertThat(properties(resources, "WatchdogFunction").path("Timeout").asInt()).isLessThan(60);
  }

  /** A message comes back before five tries are over, and not while somebody works on it. */
  private static void assertHasRoom(JsonNode resources, String queue, int timeout) {
    JsonNode properties = properties(resources, queue);
    assertThat(properties.path("VisibilityTimeout").asInt()).isGreaterThanOrEqualTo(6 * timeout);
    assertThat(properties.at("/RedrivePolicy/maxReceiveCount").asInt()).isGreaterThanOrEqualTo(5);
    String dead = properties.at("/RedrivePolicy/deadLetterTargetArn/Fn::GetAtt/0").asText();
    assertThat(properties(resources, dead).path("MessageRetentionPeriod").asInt())
        .as(dead)
        .isEqualTo(14 * 24 * 60 * 60);
  }

  @Test
  void everyFunctionHasARoleALogThatEndsAndAHandlerThatExists() throws Exception {
    JsonNode resources = transformed();
    int functions = 0;

    for (var each : resources.properties()) {
      if (!each.getValue().path("Type").asText().equals("AWS::Lambda::Function")) continue;
      functions++;
      String name = each.getKey().replaceFirst("Function$", "");
      JsonNode function = each.getValue().path("Properties");
      assertThat(function.at("/Role/Fn::GetAtt/0").asText()).isEqualTo(name + "Role");
      assertThat(function.at("/LoggingConfig/LogGroup/Ref").asText()).isEqualTo(name + "Logs");
      assertThat(properties(resources, name + "Logs").has("RetentionInDays")).isTrue();
      String handler = function.at("/Environment/Variables/QUARKUS_LAMBDA_HANDLER").asText();
      Path source = Path.of("src/main/java/dev/treadle/lambda", name + "Handler.java");
      assertThat(source).content().contains("@Named(\"" + handler + "\")");
    }
    assertThat(functions).isEqualTo(7);
  }

  @Test
  void secretsAreReferencesAndTheLogOfTheApiHoldsNoPath() throws Exception {
    JsonNode resources = transformed();
    String format = properties(resources, "ApiStage").at("/AccessLogSettings/Format").asText();

    assertThat(format).contains("$context.routeKey").doesNotContain("path", "query", "header");
    for (String secret : List.of("AnthropicSecret", "OpenAiSecret", "SmtpSecret")) {
      JsonNode parameter = Json.parse(transform()).path("Parameters").path(secret);
      assertThat(parameter.path("AllowedPattern").asText()).isEqualTo("^$|arn:.*");
    }
    assertThat(resources.toString())
        .contains("SqsManagedSseEnabled")
        .contains("aws:SecureTransport");
    for (String queue :
        List.of("StepQueue", "ApprovalQueue", "ScheduleQueue", "ScheduleDeadLetters")) {
      assertThat(properties(resources, queue).path("SqsManagedSseEnabled").asBoolean()).isTrue();
      assertThat(properties(resources, "QueuesOverTlsOnly").path("Queues").toString())
          .contains(queue);
    }
    assertThat(properties(resources, "TaskTable").at("/SSESpecification/SSEType").asText())
        .isEqualTo("KMS");
  }

  @Test
  void whoMustSignInReachesNoRouteWithoutAnIssuer() throws Exception {
    JsonNode resources = transformed();

    for (String route : List.of("InboxPage", "InboxApi", "Console")) {
      assertThat(resources.path(route).path("Condition").asText()).isEqualTo("HasSignIn");
      assertThat(properties(resources, route).path("AuthorizationType").asText()).isEqualTo("JWT");
    }
  }

  @Test
  void everyAlarmReadsAMetricThatIsCountedAndTheDashboardShowsTheOthers() throws Exception {
    List<String> counted = Arrays.stream(Metric.values()).map(Metric::wireName).toList();
    List<String> read = new ArrayList<>();
    String dashboard = properties(transformed(), "Dashboard").path("DashboardBody").toString();

    for (JsonNode each : transformed()) {
      if (each.path("Type").asText().equals("AWS::CloudWatch::Alarm")
          && each.at("/Properties/Namespace").asText().equals("Treadle")) {
        read.add(each.at("/Properties/MetricName").asText());
        assertThat(each.at("/Properties/Dimensions/0/Name").asText()).isEqualTo("Stack");
      }
    }

    assertThat(counted).containsAll(read);
    assertThat(counted)
        .allMatch(metric -> read.contains(metric) || dashboard.contains(metric))
        .anyMatch(metric -> !read.contains(metric));
    assertThat(read)
        .contains("OverdueSeconds", "UnknownOutcomes", "ExpiredApprovals", "DriftFindings")
        .contains("MissedFires", "BreakersOpened", "CostMicros", "Iterations", "FailedTasks");
  }

  @Test
  void eachEnvironmentOfSamGivesParametersThatExistAndAllThatHaveNoDefault() throws Exception {
    JsonNode parameters = Json.parse(transform()).path("Parameters");
    String[] environments = Files.readString(Path.of("infra/samconfig.toml")).split("\\n\\[");

    assertThat(environments).hasSize(3);
    assertThat(environments[1]).startsWith("dev.deploy.parameters]");
    assertThat(environments[2]).startsWith("prod.deploy.parameters]");
    for (String environment : List.of(environments[1], environments[2])) {
      Map<String, String> given = new HashMap<>();
      Matcher override = Pattern.compile("\\n {4}\"(\\w+)=(.*)\",").matcher(environment);
      while (override.find()) given.put(override.group(1), override.group(2));
      for (var parameter : parameters.properties()) {
        if (parameter.getValue().has("Default")) continue;
        assertThat(given).containsKey(parameter.getKey());
      }
      given.forEach((name, value) -> {
        assertThat(parameters.has(name)).as(name).isTrue();
        JsonNode pattern = parameters.path(name).path("AllowedPattern");
        if (!pattern.isMissingNode()) assertThat(value).matches(pattern.asText());
      });
    }
  }

  @Test
  void theSmokeTestReadsOutputsThatExist() throws Exception {
    JsonNode outputs = Json.parse(transform()).path("Outputs");
    Matcher read =
        Pattern.compile("stack\\[\"(\\w+)\"]").matcher(Files.readString(Path.of("infra/smoke.py")));

    assertThat(read.results().map(each -> each.group(1)).distinct())
        .contains("StepFunction", "DeadLetters")
        .allMatch(outputs::has);
  }

  /** A template with the table alone is what CloudFormation imports a restored one with. */
  @Test
  void theTableRefersToNothingElse() throws Exception {
    assertThat(transformed().path("TaskTable").toString())
        .contains("AWS::DynamoDB::Table", "Retain")
        .doesNotContain("\"Ref\"", "Fn::", "Condition");
  }

  private static JsonNode properties(JsonNode resources, String resource) {
    return resources.path(resource).path("Properties");
  }

  private static JsonNode transformed() throws Exception {
    return Json.parse(transform()).path("Resources");
  }

  private static String transform() throws Exception {
    assumeTrue(
        isInstalled("samtranslator") && isInstalled("cfnlint"),
        "aws-sam-translator is not installed: template.yaml was not transformed");
    String output = transformed;
    if (output != null) return output;
    Run run = run("python3", "infra/transform.py", "template.yaml");
    assertThat(run.exit()).as(run.output()).isZero();
    // It takes a second or more, and each test reads the same.
    transformed = run.output();
    return run.output();
  }

  private static boolean isInstalled(String module) {
    try {
      return run("python3", "-c", "import " + module).exit() == 0;
    } catch (IOException noPython) {
      return false;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static Run run(String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(List.of(command)).directory(Path.of(".").toFile());
    builder.environment().put("AWS_DEFAULT_REGION", "eu-central-1");
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), output);
  }
}
