package dev.treadle.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.Reason;
import dev.treadle.Schema;
import dev.treadle.SeriesKey;
import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.SeriesRun;
import dev.treadle.engine.Task;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JSON API of tasks over HTTP, on a task that waits for a person. */
class TaskApiHttpTest {
  private static final String TASK = "/api/tasks/t-1";
  private final HttpClient client = HttpClient.newHttpClient();
  @TempDir private Path folder;
  private Office office;

  @BeforeEach
  void open() throws IOException {
    office = Office.publishing(folder);
  }

  @AfterEach
  void close() {
    office.close();
    client.close();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(office.site() + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private JsonNode read(String path) throws Exception {
    HttpResponse<String> answer = get(path);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Json.parse(answer.body());
  }

  private HttpResponse<String> post(String path, String body, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(office.site() + path))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) request.headers(headers);
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode problem(HttpResponse<String> answer, int status, String code)
      throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
    JsonNode problem = Json.parse(answer.body());
    assertThat(problem.path("code").asText()).isEqualTo(code);
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    return problem;
  }

  private Task task() {
    return office.store.find(Office.TASK).orElseThrow();
  }

  private JournalItem.Note lastNote() {
    return lastNote(Office.TASK);
  }

  private JournalItem.Note lastNote(TaskId id) {
    return (JournalItem.Note)
        office.store.journal(id, JournalItem.firstKeyFromSnapshot(0)).stream()
            .filter(JournalItem.Note.class::isInstance)
            .reduce((_, last) -> last)
            .orElseThrow();
  }

  private HttpResponse<String> run(String agent, String id, String input) throws Exception {
    String form =
        "agent=%s&id=%s&input=%s"
            .formatted(agent, id, URLEncoder.encode(input, StandardCharsets.UTF_8));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(office.site() + "/run"))
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void whoRunsAnAgentOnThePageStartsOneTaskHoweverOftenTheFormIsSent() throws Exception {
    assertThat(get("/tasks").body()).contains("href=\"/run\"");
    assertThat(get("/run").body()).contains("<option>clerk</option>", "run-2");

    for (int click = 0; click < 2; click++) {
      HttpResponse<String> answer = run("clerk", "by-hand", "{}");
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
      assertThat(answer.headers().firstValue("location")).contains("/tasks/by-hand");
    }

    assertThat(office.store.find(new TaskId("by-hand")))
        .hasValueSatisfying(
            task -> assertThat(task.origin().triggeredBy()).isEqualTo("person:ann"));
    assertThat(get("/tasks/by-hand").statusCode()).isEqualTo(200);
  }

  @Test
  void aRunThatIsRefusedStartsNothingSaysWhyAndLosesNothingThatWasTyped() throws Exception {
    String[][] wrong = {
      {"clerk", "x", "{\"a\": <b>", "input must be JSON"},
      {"clerk", "x", "[1]", "input_data must be a JSON object"},
      {"nobody", "x", "{}", "task_type must name an agent"},
      {"clerk", "a%3A%3Ab", "{}", "must not hold :: because"},
      {"clerk", Office.TASK.value(), "{\"other\": 1}", "was started before with another"},
    };
    for (String[] each : wrong) {
      HttpResponse<String> answer = run(each[0], each[1], each[2]);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      String typed = each[2].replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
      assertThat(answer.body()).contains("Nothing was started: ", each[3], typed);
    }
    assertThat(office.store.find(new TaskId("x"))).isEmpty();
  }

  @Test
  void theListSaysWhyATaskWaitsAndCountsItUnderItsState() throws Exception {
    JsonNode list = read("/api/tasks");

    assertThat(list.path("tasks")).hasSize(1);
    assertThat(list.path("tasks").get(0)).isEqualTo(read(TASK).path("task"));
    JsonNode line = list.path("tasks").get(0);
    assertThat(line.path("state").asText()).isEqualTo("waiting");
    assertThat(line.path("why").asText()).contains("waits for", Office.PAGE_TITLE);
    assertThat(line.path("next").asText()).contains("approves or rejects");
    assertThat(list.path("counts").toString())
        .contains("{\"state\":\"waiting\",\"count\":1,\"is_more\":false}")
        .contains("{\"state\":\"failed\",\"count\":0,\"is_more\":false}");
    assertThat(read("/api/tasks?state=failed").path("tasks")).isEmpty();
    assertThat(read("/api/tasks?q=t-").path("tasks")).hasSize(1);
    assertThat(read("/api/tasks?agent=nobody").path("tasks")).isEmpty();
  }

  @Test
  void aFilterThatThereIsNotIsRefusedByItsName() throws Exception {
    for (String query : new String[] {"state=odd", "cursor=odd", "most=0"}) {
      JsonNode problem = problem(get("/api/tasks?" + query), 400, "INVALID");
      assertThat(problem.path("errors").get(0).path("field").asText())
          .isEqualTo(query.substring(0, query.indexOf('=')));
    }
  }

  @Test
  void everyAnswerFitsTheDocumentThatTheApiServes() throws Exception {
    JsonNode schemas = read("/api/openapi.json").path("components").path("schemas");
    assertFits(schemas, "TaskPageDocument", read("/api/tasks"));
    assertFits(schemas, "TaskDocument", read(TASK));
    assertFits(schemas, "TaskLine", read(TASK + "/head"));
    assertFits(schemas, "StepPage", read(TASK + "/steps"));
    assertFits(schemas, "JournalPage", read(TASK + "/journal"));
    assertThat(read(TASK + "/journal").path("next").isMissingNode()).isTrue();
    assertFits(
        schemas, "DeedDocument", Json.parse(post(TASK + "/cancel", "{\"reason\":\"r\"}").body()));
    assertFits(schemas, "Problem", Json.parse(get("/api/tasks/none").body()));
  }

  private static void assertFits(JsonNode schemas, String name, JsonNode answer) {
    assertThat(Schema.of((ObjectNode) schemas.path(name)).violations(answer))
        .as(name + " " + answer)
        .isEmpty();
  }

  @Test
  void aTaskShowsItsLedgerItsQuestionAndItsSteps() throws Exception {
    JsonNode task = read(TASK);
    assertThat(task.path("actions").get(0).path("state").asText()).isEqualTo("PLANNED");
    assertThat(task.path("approvals").get(0).path("page").asText())
        .startsWith("/approvals/")
        .endsWith("?task=t-1");
    assertThat(task.path("checkpoint").asInt()).isEqualTo(1);

    JsonNode step = read(TASK + "/steps").path("steps").get(0);
    assertThat(step.path("did").asText()).isEqualTo("publish (waits for a person)");
    assertThat(step.path("queued_millis").isNumber()).isTrue();
    assertThat(step.path("reason").asText()).isEqualTo("awaiting_human_approval");
  }

  @Test
  void whoeverDecidedIsCalledByNameWithTheIdBeside() throws Exception {
    office.approve(Office.TASK);

    for (JsonNode question :
        List.of(
            read(TASK).path("approvals").get(0),
            read("/api/approvals?state=decided").path("approvals").get(0))) {
      assertThat(question.path("decided_by").asText()).isEqualTo("ann");
      assertThat(question.path("decided_by_name").asText()).isEqualTo("Ann");
    }
    assertThat(read(TASK + "/steps").path("steps").findValuesAsText("did"))
        .anyMatch(did -> did.startsWith("answered by Ann: APPROVED publish"));
    assertThat(get("/tasks/t-1").body()).contains("Question, approved by Ann");
  }

  @Test
  void aDeedNeedsAReason() throws Exception {
    for (String deed : new String[] {"cancel", "resume", "raise", "redrive", "fork"}) {
      JsonNode problem = problem(post(TASK + "/" + deed, "{}"), 400, "INVALID");
      assertThat(problem.path("errors").get(0).path("field").asText()).isEqualTo("reason");
    }
    assertThat(task().status()).isEqualTo(Status.WAITING_FOR_HUMAN);
  }

  @Test
  void aDeedOnATaskThatMovedSinceIsRefusedAndChangesNothing() throws Exception {
    long old = task().version() - 1;
    for (String deed : new String[] {"cancel", "raise"}) {
      JsonNode problem =
          problem(
              post(TASK + "/" + deed, "{\"reason\":\"r\",\"version\":" + old + "}"),
              409,
              "VERSION_CHANGED");
      assertThat(problem.path("detail").asText()).contains("moved since you looked");
    }
    assertThat(task().version()).isEqualTo(old + 1);
  }

  @Test
  void aCancelEndsTheTaskAndTheJournalSaysWhoAndWhy() throws Exception {
    String body = "{\"reason\":\"wrong month\",\"version\":" + task().version() + "}";
    HttpResponse<String> answer = post(TASK + "/cancel", body);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(task().status()).isEqualTo(Status.FAILED);
    assertThat(lastNote().by()).isEqualTo("person:ann");
    assertThat(lastNote().text()).contains("wrong month");
    problem(post(TASK + "/raise", "{\"reason\":\"r\"}"), 409, "REFUSED");
  }

  @Test
  void aRaiseGivesATaskThatWaitsMoreToSpendAndLeavesItWaiting() throws Exception {
    Task before = task();
    post(TASK + "/raise", "{\"reason\":\"worth it\",\"cost_micros\":700,\"iterations\":3}");

    Task after = task();
    assertThat(after.status()).isEqualTo(Status.WAITING_FOR_HUMAN);
    assertThat(after.funds().costMicrosLeft()).isEqualTo(before.funds().costMicrosLeft() + 700);
    assertThat(after.funds().maxIterations()).isEqualTo(before.funds().maxIterations() + 3);
    assertThat(lastNote().event()).isEqualTo("raised");
    assertThat(lastNote().text()).contains("3 more iterations, 700 micros").endsWith("worth it");
  }

  @Test
  void numbersThatNoTaskCanHaveAreRefusedByTheirField() throws Exception {
    for (String field : new String[] {"iterations", "cost_micros", "tokens", "hours", "version"}) {
      String body = "{\"reason\":\"r\",\"" + field + "\":\"-1\"}";
      JsonNode problem = problem(post(TASK + "/raise", body), 400, "INVALID");
      assertThat(problem.path("errors").get(0).path("field").asText()).isEqualTo(field);
    }
  }

  @Test
  void aForkGoesOnFromACheckpointAndNamesWhoBeganIt() throws Exception {
    String body = "{\"reason\":\"try again\",\"checkpoint\":1,\"new_task_id\":\"t-2\"}";
    assertThat(post(TASK + "/fork", body).statusCode()).isEqualTo(200);
    Task fork = office.store.find(new TaskId("t-2")).orElseThrow();
    assertThat(fork.origin().parent()).isEqualTo(Office.TASK);
    assertThat(fork.origin().triggeredBy()).isEqualTo("person:ann");
    assertThat(lastNote(fork.id()).text()).endsWith("try again");
    problem(post(TASK + "/fork", body), 409, "REFUSED");
  }

  @Test
  void anotherSitesPageCanDoNothing() throws Exception {
    String body = "{\"reason\":\"r\"}";
    problem(post(TASK + "/cancel", body, "sec-fetch-site", "cross-site"), 403, "FOREIGN_SITE");
    problem(post(TASK + "/cancel", body, "origin", "https://example.com"), 403, "FOREIGN_SITE");
    HttpRequest form =
        HttpRequest.newBuilder(URI.create(office.site() + TASK + "/cancel"))
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString("reason=r"))
            .build();
    problem(client.send(form, HttpResponse.BodyHandlers.ofString()), 415, "MEDIA_TYPE");
    assertThat(task().status()).isEqualTo(Status.WAITING_FOR_HUMAN);
  }

  @Test
  void aTaskThatThereIsNotIsNotFoundWhateverIsAskedOfIt() throws Exception {
    for (String path : new String[] {"", "/head", "/steps", "/journal"}) {
      problem(get("/api/tasks/none" + path), 404, "NOT_FOUND");
    }
    problem(post("/api/tasks/none/cancel", "{\"reason\":\"r\"}"), 404, "NOT_FOUND");
  }

  @Test
  void whatIsExpectedOfASeriesIsKeptWithWhoSaidIt() throws Exception {
    SeriesRun run =
        new SeriesRun(
            SeriesRun.SCHEMA,
            new SeriesKey("morning"),
            Office.TASK,
            "clerk",
            office.clock.instant().minusSeconds(60),
            office.clock.instant(),
            Reason.TASK_COMPLETE,
            true,
            0,
            null,
            null,
            List.of(),
            null);
    office.records.transact(transaction -> {
      Records.Row row = EmbeddedSeriesTable.row(run);
      transaction.put(row.key(), row.text());
      return true;
    });
    String path = "/api/series/morning/acknowledgements";
    problem(post(path.replace("morning", "evening"), "{\"reason\":\"r\"}"), 404, "NOT_FOUND");
    problem(post(path, "{\"reason\":\"r\",\"until\":\"soon\"}"), 400, "INVALID");
    problem(post(path, "{\"until\":\"2026-02-01T00:00:00Z\"}"), 400, "INVALID");
    HttpResponse<String> answer =
        post(path, "{\"reason\":\"holidays\",\"until\":\"2026-02-01T00:00:00Z\"}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(Json.parse(answer.body()).path("by").asText()).startsWith("person:");
  }

  @Test
  void theKillSwitchStopsATaskUntilItIsLiftedAndKeepsWhoSaidWhat() throws Exception {
    JsonNode before = read("/api/halts");
    assertThat(before.path("standing")).isEmpty();
    assertThat(before.path("things").toString())
        .isEqualTo("[\"everything\",\"agent:clerk\",\"tool:pay\",\"tool:publish\"]");
    post("/api/halts", "{\"what\":\"tool:publish\",\"reason\":\"wrong blog\"}");
    JsonNode halts = read("/api/halts");
    assertThat(halts.path("standing").get(0).path("by").asText()).isEqualTo("person:ann");
    assertThat(halts.path("standing").get(0).path("why").asText()).isEqualTo("wrong blog");
    assertThat(get("/tasks").body()).contains("tool publish is halted", "wrong blog");
    assertThat(get("/halts").body()).contains("tool publish is halted", "Let it go on");

    String lift = "{\"what\":\"tool:publish\",\"reason\":\"the right one\"}";
    post("/api/halts/lift", lift);
    JsonNode after = read("/api/halts");
    assertThat(after.path("standing")).isEmpty();
    assertThat(after.path("lifted").get(0).path("why").asText()).isEqualTo("the right one");
    problem(post("/api/halts/lift", lift), 409, "REFUSED");
  }

  @Test
  void whatCannotBeDoneIsRefusedByACodeThatStays() throws Exception {
    String resume = TASK + "/resume";
    String[][] refusals = {
      {TASK + "/cancel", "{}", "400", "INVALID", "reason"},
      {TASK + "/cancel", "{\"reason\":\" \"}", "400", "INVALID", "reason"},
      {TASK + "/cancel", "{\"reason\":\"r\",\"why\":\"r\"}", "400", "INVALID", "why"},
      {TASK + "/raise", "{\"reason\":\"r\",\"cost_micro\":5}", "400", "INVALID", "cost_micro"},
      {TASK + "/raise", "{\"reason\":\"r\",\"hours\":9999}", "400", "INVALID", "hours"},
      {TASK + "/fork", "{\"reason\":\"r\",\"checkpoint\":1}", "400", "INVALID", "new_task_id"},
      {TASK + "/cancel", "[]", "400", "MALFORMED", ""},
      {TASK + "/cancel", "{", "400", "MALFORMED", ""},
      {TASK + "/cancel", "{\"reason\":\"r\",\"version\":1}", "409", "VERSION_CHANGED", ""},
      {resume, "{\"reason\":\"r\"}", "409", "REFUSED", ""},
      {TASK + "/redrive", "{\"reason\":\"r\"}", "409", "REFUSED", ""},
      {"/api/tasks/none/cancel", "{\"reason\":\"r\"}", "404", "NOT_FOUND", ""},
      {"/api/tasks/a~b/cancel", "{\"reason\":\"r\"}", "404", "NOT_FOUND", ""},
      {TASK + "/explode", "{\"reason\":\"r\"}", "404", "NOT_FOUND", ""},
      {"/api/halts", "{\"what\":\"all\",\"reason\":\"r\"}", "400", "INVALID", "what"},
      {"/api/halts", "{\"what\":\"agent:clerc\",\"reason\":\"r\"}", "409", "REFUSED", ""},
      {"/api/halts", "{\"what\":\"everything\"}", "400", "INVALID", "reason"},
    };
    Task before = task();
    for (String[] each : refusals) {
      HttpResponse<String> answer = post(each[0], each[1]);
      JsonNode problem = problem(answer, Integer.parseInt(each[2]), each[3]);
      if (each[4].isEmpty()) continue;
      assertThat(problem.path("errors").get(0).path("field").asText())
          .as("%s %s", each[0], each[1])
          .isEqualTo(each[4]);
    }
    assertThat(task()).isEqualTo(before);
    assertThat(read("/api/halts").path("standing")).isEmpty();
  }
}
