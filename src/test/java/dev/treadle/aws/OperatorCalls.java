package dev.treadle.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.Json;
import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.engine.JournalItem;
import dev.treadle.engine.Lease;
import dev.treadle.engine.StepMessage;
import dev.treadle.engine.Task;
import dev.treadle.engine.TaskStore;
import dev.treadle.web.Request;
import dev.treadle.web.Response;
import dev.treadle.web.Site;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** An operator who looks at everything, and does once whatever may be done. */
final class OperatorCalls {
  private final Site site;
  private final TaskStore eyes;

  /**
   * An operator at the pages of tasks and series.
   *
   * @param eyes shows what came of it, and is not the site's own
   */
  OperatorCalls(Site site, TaskStore eyes) {
    this.site = site;
    this.eyes = eyes;
  }

  /** Looks at the lists, at a task and at the series that it belongs to. */
  void look(String task, String series) {
    for (String path :
        new String[] {
          "/tasks",
          "/tasks/" + task,
          "/api/tasks",
          "/api/tasks/" + task,
          "/api/tasks/" + task + "/steps",
          "/api/tasks/" + task + "/journal",
          "/halts",
          "/series",
          "/series/" + series
        }) {
      assertThat(send("GET", path, "").status()).as(path).isEqualTo(200);
    }
    post(
        "/api/series/" + series + "/acknowledgements",
        Json.object().put("until", "2026-06-01T00:00:00Z"));
  }

  /**
   * Has a failed task go on, stops it while a worker has it, stops a fork of another, and turns the
   * kill switch both ways.
   */
  void act(TaskId failed, TaskId done, Instant now) {
    String path = "/api/tasks/" + failed;
    post(path + "/resume", Json.object());
    post(path + "/raise", Json.object());
    post(path + "/redrive", Json.object());
    Task running = eyes.find(failed).orElseThrow();
    Duration lease = Duration.ofSeconds(150);
    eyes.claim(
        new StepMessage(failed, running.iteration(), 0), new Lease("w", now.plus(lease)), now);
    assertThat(post(path + "/cancel", Json.object())).contains("\"is_requested\":true");

    int checkpoint =
        eyes.journal(done, JournalItem.firstKeyFromSnapshot(0)).stream()
            .filter(item -> item instanceof JournalItem.Entry entry && entry.checkpoint() != null)
            .mapToInt(JournalItem::iteration)
            .findFirst()
            .orElseThrow();
    TaskId fork = new TaskId("fork");
    post(
        "/api/tasks/" + done + "/fork",
        Json.object().put("checkpoint", checkpoint).put("new_task_id", fork.value()));
    post("/api/tasks/" + fork + "/cancel", Json.object());
    assertThat(eyes.find(fork).orElseThrow().status()).isEqualTo(Status.FAILED);

    post("/api/halts", Json.object().put("what", "everything"));
    post("/api/halts/lift", Json.object().put("what", "everything"));
  }

  private String post(String path, ObjectNode fields) {
    Response response = send("POST", path, Json.write(fields.put("reason", "a drill")));
    assertThat(response.status()).as(path + ": " + response.body()).isEqualTo(200);
    return response.body();
  }

  private Response send(String method, String path, String body) {
    return site.answer(
        new Request(
            method,
            path,
            Map.of(),
            Map.of("content-type", "application/json"),
            body,
            new Request.Sender("192.0.2.7", Optional.of("ann"))));
  }
}
