package dev.treadle.local;

import dev.treadle.aws.LoopPermission;
import dev.treadle.aws.StackOutputs;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name another store than the data folder: a deployed stack, or an emulator. */
final class Elsewhere {
  /** As the template names its outputs. */
  private static final String TABLE = "TaskTable";

  private static final String QUEUE = "StepQueue";
  private static final String STEP_FUNCTION = "StepFunction";

  @Option(
      names = "--stack",
      paramLabel = "NAME",
      description =
          "a deployed stack, found by its outputs; credentials and region from the environment")
  private @Nullable String stack;

  @Option(
      names = "--table",
      paramLabel = "NAME",
      description = "a table, instead of --stack; with --queue")
  private @Nullable String table;

  @Option(
      names = "--queue",
      paramLabel = "URL",
      description = "the step queue's address, instead of --stack; with --table")
  private @Nullable String queue;

  @Option(
      names = "--endpoint",
      paramLabel = "URL",
      description = "where an emulator answers for DynamoDB and the rest of AWS")
  private @Nullable URI endpoint;

  @Option(
      names = "--queue-endpoint",
      paramLabel = "URL",
      description = "where an emulator answers for SQS, if that is elsewhere")
  private @Nullable URI queueEndpoint;

  /**
   * Finds the place; asks CloudFormation if only the stack's name is known.
   *
   * @throws IllegalArgumentException the options do not name one place
   */
  Ground.Endpoint place() {
    if (stack == null) {
      if (table == null || queue == null) {
        throw new IllegalArgumentException(
            "another store needs --stack, or --table and --queue together");
      }
      return at(table, queue);
    }
    if (table != null || queue != null) {
      throw new IllegalArgumentException("--stack names the table and the queue already");
    }
    Map<String, String> outputs = new StackOutputs(Optional.ofNullable(endpoint)).read(stack);
    return at(output(outputs, TABLE), output(outputs, QUEUE));
  }

  /** What is set for the loop of a stack's step function; empty unless a stack is named. */
  Optional<LoopSetting> loop() {
    if (stack == null) return Optional.empty();
    Optional<URI> place = Optional.ofNullable(endpoint);
    String function = output(new StackOutputs(place).read(stack), STEP_FUNCTION);
    return Optional.of(new LoopSetting(function, new LoopPermission(place).read(function)));
  }

  /**
   * Whether Lambda lets a function go on sending itself messages.
   *
   * @param set as Lambda says it; empty when it could not be asked
   */
  record LoopSetting(String function, Optional<String> set) {
    Diagnosis diagnosis() {
      if (set.isEmpty()) {
        return Diagnosis.note(
            "loop", "could not be asked", "allow lambda:GetFunctionRecursionConfig");
      }
      return set.get().equals("Allow")
          ? Diagnosis.ok("loop", function + " may send itself messages without end")
          : Diagnosis.wrong(
              "loop",
              "Lambda stops %s after some 16 iterations in a row".formatted(function),
              "deploy template.yaml again, which sets RecursiveLoop: Allow");
    }
  }

  /** A real stack's functions run its tasks; an emulator's may be this process. */
  boolean isEmulator() {
    return endpoint != null;
  }

  private String output(Map<String, String> outputs, String name) {
    String value = outputs.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "--stack: %s has no output %s, so it is not a stack of template.yaml; it has %s"
              .formatted(stack, name, outputs.keySet()));
    }
    return value;
  }

  private Ground.Endpoint at(String tableName, String queueUrl) {
    return new Ground.Endpoint(
        Optional.ofNullable(endpoint), Optional.ofNullable(queueEndpoint), tableName, queueUrl);
  }
}
