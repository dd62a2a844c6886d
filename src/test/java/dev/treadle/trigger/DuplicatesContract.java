package dev.treadle.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.InputMapping;
import dev.treadle.Json;
import dev.treadle.TaskId;
import dev.treadle.engine.Defaults;
import dev.treadle.engine.StepMessage;
import dev.treadle.engine.TaskStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every trigger, fired a hundred times at once, starts one task, whatever the table is. */
public abstract class DuplicatesContract {
  private static final int TIMES = 100;
  private Bench bench = new Bench();

  /** An empty store. */
  protected abstract TaskStore open();

  @BeforeEach
  final void openStore() {
    bench = new Bench(open());
  }

  private static <T> List<T> atOnce(Callable<T> deed) throws Exception {
    List<T> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<T>> deeds = java.util.Collections.nCopies(TIMES, deed);
      for (Future<T> answer : threads.invokeAll(deeds)) answers.add(answer.get());
    }
    return answers;
  }

  private static ObjectNode request(String id) {
    ObjectNode request = Json.object();
    request.put("task_id", id).put("task_type", "clerk").put("triggered_by", "person:ann");
    request.putObject("input_data").put("product", "lamp").put("copies", 1);
    return request;
  }

  private void demandOne(String id) {
    assertThat(bench.store.find(new TaskId(id))).isPresent();
    long tasks = bench.tasks().stream().filter(task -> task.id().value().equals(id)).count();
    System.out.printf("%-24s %d times at once: %d task%n", id, TIMES, tasks);
    assertThat(tasks).isEqualTo(1);
    assertThat(bench.sent).containsExactly(new StepMessage(new TaskId(id), 1, 0));
  }

  @Test
  void aStartByHandIsOneTask() throws Exception {
    atOnce(() -> bench.starter.start(request("by-hand")));

    demandOne("by-hand");
  }

  @Test
  void aSlotIsOneTaskUnderEachPolicy() throws Exception {
    ScheduleTrigger trigger = new ScheduleTrigger(bench.starter, bench.store);
    for (Overlap overlap : Overlap.values()) {
      bench.sent.clear();
      ObjectNode event = request("unused").put("schedule", overlap.wireName());
      event.put("scheduled_time", "2026-03-02T06:00:00Z").put("overlap", overlap.wireName());
      Slot slot = ((Slot.Fire) Slot.read(event)).slot();
      // A slot is never in its own way: every one of them hears of the same task.
      assertThat(atOnce(() -> trigger.fire(slot)))
          .hasOnlyElementsOfType(ScheduleTrigger.Asked.class);

      demandOne(overlap.wireName() + "-20260302T060000");
    }
  }

  @Test
  void aDeliveryIsOneTaskAndEverySenderHearsTheSame() throws Exception {
    String secret = "a secret";
    WebhookSource source =
        new WebhookSource(
            "hub",
            WebhookScheme.GITHUB,
            List.of("secret"),
            "clerk",
            InputMapping.of(Map.of("product", "/product", "copies", "/copies")));
    WebhookReceiver receiver =
        new WebhookReceiver(List.of(source), _ -> Optional.of(secret), bench.starter);
    byte[] body = "{\"product\": \"lamp\", \"copies\": 1}".getBytes(StandardCharsets.UTF_8);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    String signature = "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
    Map<String, List<String>> headers =
        Map.of(
            "Content-Type", List.of("application/json"),
            "X-GitHub-Delivery", List.of("d-1"),
            "X-Hub-Signature-256", List.of(signature));

    List<WebhookAnswer> answers =
        atOnce(() -> receiver.receive("hub", new WebhookRequest(headers, body), Bench.NOW));

    assertThat(answers).extracting(WebhookAnswer::status).containsOnly(202);
    assertThat(answers.stream().distinct()).hasSize(1);
    demandOne("hub:d-1");
  }

  @Test
  void aCompletionStartsOneTaskHoweverManyWorkersDeliverIt() throws Exception {
    bench.starter.start(request("parent"));
    StepMessage message = bench.sent.getFirst();
    bench.sent.clear();

    atOnce(() -> bench.loop.engine().deliver(message, Defaults.FUNCTION_TIMEOUT));

    demandOne("parent::filer");
    assertThat(bench.store.children(new TaskId("parent")))
        .containsExactly(new TaskId("parent::filer"));
  }
}
