package dev.treadle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds template.yaml to what CloudFormation and SAM accept, where their tools are installed. */
class TemplateTest {
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
    assumeTrue(
        isInstalled("samtranslator") && isInstalled("cfnlint"),
        "aws-sam-translator is not installed: template.yaml was not transformed");

    Run run = run("python3", "infra/transform.py", "template.yaml");

    assertThat(run.exit()).as(run.output()).isZero();
    JsonNode resources = Json.parse(run.output()).path("Resources");
    JsonNode step = resources.path("StepFunction").path("Properties");
    assertThat(step.path("RecursiveLoop").asText()).isEqualTo("Allow");
    int timeout = step.path("Timeout").asInt();
    assertThat(timeout).isEqualTo(dev.treadle.engine.Defaults.FUNCTION_TIMEOUT.toSeconds());
    assertThat(dev.treadle.engine.Defaults.LEASE.toSeconds()).isGreaterThan(timeout);
    assertThat(resources.path("StepQueue").path("Properties").path("VisibilityTimeout").asInt())
        .isGreaterThanOrEqualTo(6 * timeout);
    JsonNode mapping = resources.path("StepFunctionDue").path("Properties");
    assertThat(mapping.path("BatchSize").asInt()).isEqualTo(1);
    assertThat(mapping.path("FunctionResponseTypes").toString())
        .contains("ReportBatchItemFailures");
    assertThat(resources.path("TriggerFunction").isObject()).isTrue();
    assertThat(resources.path("WatchdogFunction").isObject()).isTrue();
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
