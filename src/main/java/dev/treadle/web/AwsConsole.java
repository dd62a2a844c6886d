package dev.treadle.web;

import dev.treadle.TaskId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where in the console of AWS a task's log lines and spans are.
 *
 * @param stepLogs the log group of the function that runs steps; empty when it is not known
 * @param isTraced whether spans are sent to a collector
 */
public record AwsConsole(String region, String stepLogs, boolean isTraced) {
  private static final String REGION = "AWS_REGION";
  private static final String STEP_LOGS = "TREADLE_STEP_LOGS";
  private static final String STEP_TRACES = "TREADLE_STEP_TRACES";

  /** Lines are written before a claim and after a commit too, by clocks that differ. */
  private static final Duration AROUND = Duration.ofMinutes(1);

  /** As the environment says; empty outside AWS. */
  public static Optional<AwsConsole> ofEnvironment(Map<String, String> environment) {
    String region = environment.getOrDefault(REGION, "");
    String logs = environment.getOrDefault(STEP_LOGS, "");
    boolean isTraced = !environment.getOrDefault(STEP_TRACES, "").isEmpty();
    return region.isEmpty() || (logs.isEmpty() && !isTraced)
        ? Optional.empty()
        : Optional.of(new AwsConsole(region, logs, isTraced));
  }

  /** Of a whole task, while it lived. */
  List<TaskPage.Link> of(TaskId task, Instant from, Instant to) {
    return links(task, "{ $.mdc.task = \"%s\" }".formatted(task), from, to);
  }

  /** Of one of its iterations. */
  List<TaskPage.Link> of(TaskId task, int iteration, Instant from, Instant to) {
    String lines = "{ $.mdc.task = \"%s\" && $.mdc.iteration = \"%d\" }".formatted(task, iteration);
    return links(task, lines, from, to);
  }

  private List<TaskPage.Link> links(TaskId task, String lines, Instant from, Instant to) {
    List<TaskPage.Link> links = new ArrayList<>();
    if (!stepLogs.isEmpty()) {
      String place =
          "logsV2:log-groups/log-group/%s/log-events$3FfilterPattern$3D%s$26start$3D%d$26end$3D%d"
              .formatted(
                  encoded(stepLogs),
                  encoded(lines),
                  from.minus(AROUND).toEpochMilli(),
                  to.plus(AROUND).toEpochMilli());
      links.add(new TaskPage.Link("Logs", "CloudWatch", cloudWatch(place)));
    }
    if (isTraced) {
      String trace = task.traceId();
      String place = "xray:traces/1-%s-%s".formatted(trace.substring(0, 8), trace.substring(8));
      links.add(new TaskPage.Link("Trace", "X-Ray", cloudWatch(place)));
    }
    return links;
  }

  private String cloudWatch(String place) {
    return "https://%s.%s/cloudwatch/home?region=%s#%s".formatted(region, host(), region, place);
  }

  private String host() {
    if (region.startsWith("cn-")) return "console.amazonaws.cn";
    return region.startsWith("us-gov-") ? "console.amazonaws-us-gov.com" : "console.aws.amazon.com";
  }

  /** The console's own way: encoded twice, with a dollar in place of the outer percent. */
  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("%", "$25");
  }
}
