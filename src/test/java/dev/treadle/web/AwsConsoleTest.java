package dev.treadle.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.treadle.TaskId;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AwsConsoleTest {
  private static final TaskId ID = new TaskId("t-1");
  private static final Instant FROM = Instant.ofEpochSecond(1_000_000);
  private static final Map<String, String> KNOWN =
      Map.of("AWS_REGION", "eu-central-1", "TREADLE_STEP_LOGS", "/logs/a b");

  @Test
  void anIterationLeadsToItsOwnLinesAndToTheTraceOfItsTask() {
    AwsConsole console = new AwsConsole("eu-central-1", "/logs/a b", true);

    String trace = ID.traceId();
    assertThat(console.of(ID, 3, FROM, FROM.plusSeconds(5)))
        .extracting(TaskPage.Link::href)
        .containsExactly(
            "https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1"
                + "#logsV2:log-groups/log-group/$252Flogs$252Fa$2520b/log-events$3FfilterPattern$3D"
                + "$257B$2520$2524.mdc.task$2520$253D$2520$2522t-1$2522$2520$2526$2526$2520"
                + "$2524.mdc.iteration$2520$253D$2520$25223$2522$2520$257D"
                + "$26start$3D999940000$26end$3D1000065000",
            "https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1"
                + "#xray:traces/1-%s-%s".formatted(trace.substring(0, 8), trace.substring(8)));
  }

  @Test
  void nothingIsLinkedThatIsNotKnown() {
    assertThat(AwsConsole.ofEnvironment(Map.of())).isEmpty();
    assertThat(AwsConsole.ofEnvironment(Map.of("AWS_REGION", "eu-central-1"))).isEmpty();
    assertThat(AwsConsole.ofEnvironment(Map.of("TREADLE_STEP_LOGS", "/logs"))).isEmpty();
    assertThat(AwsConsole.ofEnvironment(KNOWN))
        .hasValueSatisfying(console ->
            assertThat(console.of(ID, FROM, FROM))
                .extracting(TaskPage.Link::label)
                .containsExactly("Logs"));
  }

  @Test
  void otherPartitionsHaveConsolesOfTheirOwn() {
    assertThat(href("cn-north-1")).startsWith("https://cn-north-1.console.amazonaws.cn/");
    assertThat(href("us-gov-west-1"))
        .startsWith("https://us-gov-west-1.console.amazonaws-us-gov.com/");
  }

  private static String href(String region) {
    return new AwsConsole(region, "/logs", false).of(ID, FROM, FROM).getFirst().href();
  }
}
