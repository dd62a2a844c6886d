package dev.treadle.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.Reason;
import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.engine.Approval;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.StartAnswer;
import dev.treadle.engine.Task;
import dev.treadle.trigger.Overlap;
import dev.treadle.trigger.Schedule;
import dev.treadle.trigger.ScheduleTrigger;
import dev.treadle.trigger.Timetable;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalRuntimeTest {
  private static final TaskId ID = new TaskId("t-1");
  @TempDir private Path data;

  @Test
  void anAgentFoundByServiceLoaderRunsToItsGateAndAfterTheApprovalToItsEnd() throws Exception {
    try (LocalRuntime runtime = open(Optional.empty())) {
      StringWriter told = new StringWriter();
      start(runtime, "umbrella", "{\"name\":\"Bergen\"}");
      assertThat(followed(runtime, told)).isEqualTo(TreadleCommand.EXIT_WAITS);

      Approval approval = runtime.store().approvals(ID).getFirst();
      LocalPerson.approve(runtime, ID, approval.id());
      assertThat(followed(runtime, told)).isEqualTo(TreadleCommand.EXIT_DONE);

      assertThat(told.toString())
          .contains("text: Take an umbrella. Bergen: rain from noon")
          .contains("t-1 is done: task_complete")
          .contains("\"umbrella\" : true");
      assertThat(entries(runtime)).hasSize(4);
    }
  }

  @Test
  void aTaskOfSixtyIterationsRunsToItsEndWithAGapFreeJournal() throws Exception {
    Path script = data.resolve("sixty.json");
    Files.writeString(
        script,
        """
        {"name": "umbrella", "answers": [
          {"calls": [{"tool": "weather", "arguments": {"name": "City ${n}"}}], "repeat": 59,
           "usage": {"input_tokens": 100, "output_tokens": 10, "cost_micros": 450}},
          {"calls": [{"tool": "complete_task",
            "arguments": {"output": {"umbrella": false, "because": "seen all"}}}]}]}
        """);
    try (LocalRuntime runtime = open(Optional.of(script))) {
      ObjectNode request = request("umbrella", "{\"name\":\"Bergen\"}").put("max_iterations", 60);
      assertThat(runtime.loop().starter().start(request)).isInstanceOf(StartAnswer.Started.class);
      runtime.poll(List.of());

      assertThat(followed(runtime, new StringWriter())).isEqualTo(TreadleCommand.EXIT_DONE);

      assertThat(entries(runtime))
          .extracting(JournalItem.Entry::iteration)
          .isEqualTo(java.util.stream.IntStream.rangeClosed(1, 60).boxed().toList());
    }
  }

  @Test
  void theCanaryRunsFortyIterationsWithoutAModelOrAScript() throws Exception {
    try (LocalRuntime runtime = open(Optional.empty())) {
      StringWriter told = new StringWriter();
      start(runtime, "canary", "{}");

      assertThat(followed(runtime, told)).isEqualTo(TreadleCommand.EXIT_DONE);

      assertThat(told.toString()).contains("\"iterations\" : 40");
      assertThat(entries(runtime)).hasSize(40);
    }
  }

  @Test
  void aResearchThatNeverEndsAPhaseIsMovedOnAfterFiveIterations() throws Exception {
    StringBuilder script = new StringBuilder("{\"name\": \"research\", \"answers\": [");
    for (int i = 0; i < 5; i++) {
      script.append(
          "{\"calls\": [{\"tool\": \"fetch_page\", \"arguments\": {\"url\": \"${input:/sources/%d}\"}}]},"
              .formatted(i));
    }
    script.append(
        "{\"calls\": [{\"tool\": \"complete_phase\", \"arguments\": {\"output\": \"no claim\"}}]}]}");
    Path file = Files.writeString(data.resolve("script.json"), script);
    try (LocalRuntime runtime = open(Optional.of(file))) {
      runtime.serve((_, out) -> run(out));
      ObjectNode input = Json.object().put("question", "When?");
      ArrayNode sources = input.putArray("sources");
      for (int i = 0; i < 5; i++) sources.add(runtime.site() + "/library/tides?" + i);
      start(runtime, "research", input.toString());
      followed(runtime, new StringWriter());

      assertThat(entries(runtime).subList(0, 6))
          .extracting(JournalItem.Entry::phase)
          .containsExactly("gather", "gather", "gather", "gather", "gather", "synthesize");
      assertThat(entries(runtime).get(4).notices())
          .contains("The phase \"synthesize\" starts now.");
    }
  }

  @Test
  void alienMessagesBecomeDeadLettersAndDisturbNothing() throws Exception {
    try (LocalRuntime runtime = open(Optional.empty())) {
      for (String alien : List.of("", "{", "[]", "{\"task_id\":\"../x\",\"iteration\":1}", "\0")) {
        runtime.ground().embedded().orElseThrow().sendRaw(alien, Duration.ZERO);
      }
      start(runtime, "umbrella", "{\"name\":\"Bergen\"}");

      assertThat(followed(runtime, new StringWriter())).isEqualTo(TreadleCommand.EXIT_WAITS);
    }
  }

  @Test
  void aTakenPortIsSaidInWordsWithWhatToDo() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      var settings =
          new LocalRuntime.Settings(
              data,
              taken.getLocalPort(),
              Optional.empty(),
              Duration.ZERO,
              Optional.empty(),
              Optional.empty());

      assertThatThrownBy(() -> LocalRuntime.open(settings))
          .isInstanceOf(LocalRuntime.Unavailable.class)
          .hasMessageContaining("port " + taken.getLocalPort())
          .hasMessageContaining("--port");
    }
  }

  @Test
  void aFolderInUseIsSaidInWords() throws Exception {
    try (LocalRuntime runtime = open(Optional.empty())) {
      assertThat(runtime.site()).isNotEmpty();
      assertThatThrownBy(() -> open(Optional.empty()))
          .isInstanceOf(LocalRuntime.Unavailable.class)
          .hasMessageContaining("treadle.store");
    }
  }

  @Test
  void aScenarioForNobodyIsRefused() throws Exception {
    Path script = data.resolve("nobody.json");
    Files.writeString(script, "{\"name\": \"nobody\", \"answers\": [{\"text\": \"hm\"}]}");

    assertThatThrownBy(() -> open(Optional.of(script)))
        .isInstanceOf(LocalRuntime.Unavailable.class)
        .hasMessageContaining("nobody");
  }

  @Test
  void aCommandWithoutTheSecretIsRefused() throws Exception {
    try (LocalRuntime runtime = open(Optional.empty());
        HttpClient client = HttpClient.newHttpClient()) {
      runtime.serve((_, out) -> run(out));
      URI address = URI.create(runtime.site() + CommandServer.PATH);
      var body = HttpRequest.BodyPublishers.ofString("[\"tasks\"]");
      HttpRequest without = HttpRequest.newBuilder(address).POST(body).build();
      HttpRequest with =
          HttpRequest.newBuilder(address)
              .header(CommandServer.SECRET_HEADER, RuntimeFile.in(data).orElseThrow().secret())
              .POST(body)
              .build();

      assertThat(client.send(without, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(403);
      assertThat(client.send(with, HttpResponse.BodyHandlers.ofString()).body())
          .isEqualTo("ran" + CommandServer.EXIT_MARK + "7");
    }
  }

  @Test
  void aScheduleStartsItsSlotOnceHoweverOftenItTicks() throws Exception {
    try (LocalRuntime runtime = open(Optional.empty())) {
      var schedule =
          new Schedule(
              "umbrella",
              Timetable.parse("rate(1 day)"),
              ZoneOffset.UTC,
              "umbrella",
              Json.parse("{\"name\":\"Bergen\"}"),
              Overlap.ALLOW);
      Instant noon = Instant.parse("2026-03-01T12:00:00Z");
      var trigger = new ScheduleTrigger(runtime.loop().starter(), runtime.store());
      LocalScheduler scheduler = new LocalScheduler(trigger, List.of(schedule), noon);

      for (int tick = 0; tick < 100; tick++) scheduler.tick(noon.plusSeconds(tick));
      scheduler.tick(noon.plus(Duration.ofDays(1)));

      assertThat(runtime.store().list(Status.RUNNING, 10))
          .extracting(Task::id)
          .containsExactlyInAnyOrder(
              new TaskId("umbrella-20260301T000000"), new TaskId("umbrella-20260302T000000"));
    }
  }

  @Test
  void aCancelledTaskSaysWhoCancelledItAndWhy() throws Exception {
    try (LocalRuntime runtime = open(Optional.empty())) {
      start(runtime, "umbrella", "{\"name\":\"Bergen\"}");
      followed(runtime, new StringWriter());

      runtime.loop().operator().cancel(ID, "anna", "wrong city");

      Task task = runtime.store().find(ID).orElseThrow();
      assertThat(task.outcome()).isNotNull();
      assertThat(task.outcome().reason()).isEqualTo(Reason.CANCELLED);
      assertThat(task.outcome().detail()).isEqualTo("anna: wrong city");
    }
  }

  private static int run(PrintWriter out) {
    out.print("ran");
    return 7;
  }

  private LocalRuntime open(Optional<Path> scenario) throws Exception {
    return LocalRuntime.open(
        new LocalRuntime.Settings(
            data, 0, scenario, Duration.ZERO, Optional.empty(), Optional.empty()));
  }

  private static void start(LocalRuntime runtime, String agent, String input) throws Exception {
    assertThat(runtime.loop().starter().start(request(agent, input)))
        .isInstanceOf(StartAnswer.Started.class);
    runtime.poll(List.of());
  }

  private static ObjectNode request(String agent, String input) throws Exception {
    ObjectNode request =
        Json.object()
            .put("task_id", ID.value())
            .put("task_type", agent)
            .put("triggered_by", "person:test");
    request.set("input_data", Json.parse(input));
    return request;
  }

  private static int followed(LocalRuntime runtime, StringWriter told) throws Exception {
    try (Follower follower = new Follower(runtime, ID, new PrintWriter(told))) {
      return follower.follow(false);
    }
  }

  private static List<JournalItem.Entry> entries(LocalRuntime runtime) {
    return runtime.store().journal(ID, JournalItem.firstKeyFromSnapshot(0)).stream()
        .filter(JournalItem.Entry.class::isInstance)
        .map(JournalItem.Entry.class::cast)
        .toList();
  }
}
