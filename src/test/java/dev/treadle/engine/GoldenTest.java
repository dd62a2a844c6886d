package dev.treadle.engine;

import static dev.treadle.engine.Script.call;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Agent;
import dev.treadle.Chain;
import dev.treadle.Fault;
import dev.treadle.Finding;
import dev.treadle.Gate;
import dev.treadle.Json;
import dev.treadle.Quorum;
import dev.treadle.SeriesKey;
import dev.treadle.TaskId;
import dev.treadle.ToolOutcome;
import dev.treadle.approval.Caller;
import dev.treadle.drift.Acknowledgement;
import dev.treadle.drift.FireMark;
import dev.treadle.engine.Faults.Fate;
import dev.treadle.engine.Script.Move;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * The exact stored and queued form of every document. A difference here is a change of format: it
 * needs a line in the changelog. {@code -Dtreadle.golden=write} writes the files anew.
 */
class GoldenTest {
  private static final Path FOLDER = Path.of("src/test/resources/golden");
  private static final boolean WRITE =
      System.getProperty("treadle.golden", "compare").equals("write");

  /** One task that has at least one document of each kind. */
  private static World world() {
    AtomicBoolean failed = new AtomicBoolean();
    Script.Brain brain =
        Script.moves(
            Move.of(call("c1", "look", "a"), call("c2", "keep", "b"), call("c3", "pay", "c"))
                .noting(Json.object().put("found", 2))
                .sure(0.8),
            Move.complete());
    World world =
        new World(input -> {
          if (!failed.getAndSet(true)) {
            throw new Script.Broken(new Fault.Transient("429", Duration.ofSeconds(3)));
          }
          return brain.think(input);
        });
    return world;
  }

  private static UnaryOperator<Agent.Builder> two() {
    Gate.Ruling.Ask ask = Gate.Ruling.Ask.USUAL.of(new Quorum(2, false));
    return clerk -> clerk.gate(Gate.STANDARD.with("pay", ask));
  }

  private static Map<String, String> documents() {
    Map<String, String> documents = new LinkedHashMap<>();
    World scheduled = new World(Script.moves(Move.complete()));
    scheduled.starter().start(World.request(World.ID).put("series", "morning"));
    documents.put("input-of-a-series", Json.write(scheduled.table.input(World.ID).orElseThrow()));
    World chained =
        new World(
            Script.moves(Move.complete()),
            clerk -> clerk.then(Chain.to("filer", Map.of("report", "/output"))),
            List.of(Agent.named("filer").build()));
    chained.play();
    documents.put(
        "input-of-a-chain",
        Json.write(chained.table.input(new TaskId("t-1::filer")).orElseThrow()));
    World weekly = new World(Script.moves(Move.of(call("c1", "look", "a")), Move.complete()));
    weekly.starter().start(World.request(World.ID).put("series", "morning"));
    weekly.run();
    SeriesKey morning = new SeriesKey("morning");
    SeriesRun run = weekly.series.runs(morning, weekly.now.plusSeconds(1), 1).getFirst();
    documents.put("run", Json.write(run));
    documents.put(
        "acknowledgement",
        Json.write(
            new Acknowledgement(
                Acknowledgement.SCHEMA,
                morning,
                World.START,
                World.START.plus(Duration.ofDays(7)),
                "ann",
                "the shop is closed",
                List.of(new Finding(Finding.Kind.EMPTIED_FIELD, "price", "price is empty")))));
    documents.put(
        "fires",
        Json.write(
            FireMark.first(morning, World.START)
                .movedTo(World.START, World.START.plusSeconds(300))));
    World world = world();
    world.start();
    documents.put("head-started", Json.write(world.task()));
    documents.put("message", world.task().due().body());
    documents.put("input", Json.write(world.table.input(World.ID).orElseThrow()));
    world.faults.before("keep", 1, () -> documents.put("head-leased", Json.write(world.task())));
    world.run();
    documents.put("head-waiting", Json.write(world.task()));
    documents.put("approval-open", Json.write(world.openApproval()));
    documents.put("notice", world.notices.getFirst().body());
    documents.put("row-planned", Json.write(world.table.ledger(World.ID).get(1)));
    documents.put("row-succeeded", Json.write(world.table.ledger(World.ID).get(0)));
    world.outside.refuse("pay", ToolOutcome.failed("no such bill"));
    world.decide(Decision.Choice.APPROVE);
    documents.put(
        "decision",
        Json.write(
            world.table.decisions(world.table.approvals(World.ID).getFirst().id()).getFirst()));
    documents.put("approval-approved", Json.write(world.table.approvals(World.ID).getFirst()));
    world.run();
    documents.put("head-done", Json.write(world.task()));
    documents.put("row-failed", Json.write(world.table.ledger(World.ID).get(1)));
    for (JournalItem item : world.journal()) {
      documents.put("journal-" + item.sortKey().substring(4).replace('#', '-'), Stored.text(item));
    }
    World doubtful = new World(Script.moves(Move.of(call("c1", "send", "a"))));
    doubtful.faults.at("send", 1, Fate.LOSE_REPLY);
    doubtful.play();
    documents.put("row-unknown", Json.write(doubtful.table.ledger(World.ID).getFirst()));
    documents.put("approval-outcome", Json.write(doubtful.openApproval()));
    World undecided = new World(Script.moves(Move.of(call("c1", "pay", "a"))), two());
    undecided.play();
    Approval asked = undecided.openApproval();
    undecided.say(asked, Decision.Choice.APPROVE, "ann", "");
    String nonce = undecided.table.decisions(asked.id()).getFirst().nonce();
    undecided.people.desk().withdraw(new Caller.Person("ann", World.ID), asked.id(), nonce);
    documents.put(
        "decision-withdrawn", Json.write(undecided.table.decisions(asked.id()).getLast()));
    documents.put("journal-withdrawn-NOTE", Stored.text(undecided.journal().getLast()));
    World cancelled = new World(Script.moves(Move.of(call("c1", "look", "a"))));
    cancelled.start();
    cancelled.faults.before(
        "look", 1, () -> cancelled.operator.cancel(World.ID, "ann", "wrong bill"));
    cancelled.run();
    documents.put("head-cancelled", Json.write(cancelled.task()));
    Task summarising = cancelled.task();
    documents.put("journal-summary-STEP", Stored.text(StoreSamples.entry(summarising, "")));
    documents.put("journal-summary-ZSNAP", Stored.text(StoreSamples.snapshot(summarising)));
    return documents;
  }

  @Test
  void everyStoredAndQueuedDocumentIsAsItWas() throws IOException {
    Map<String, String> documents = documents();
    assertThat(documents).hasSizeGreaterThanOrEqualTo(18);
    if (WRITE) Files.createDirectories(FOLDER);
    for (Map.Entry<String, String> document : documents.entrySet()) {
      Path file = FOLDER.resolve(document.getKey() + ".json");
      String pretty = Json.pretty(Json.read(document.getValue(), JsonNode.class)) + "\n";
      if (WRITE) Files.writeString(file, pretty);
      assertThat(file).as("a new document needs its golden file").exists();
      assertThat(pretty).as("%s", file).isEqualTo(Files.readString(file));
    }
    try (var files = Files.list(FOLDER)) {
      assertThat(files.map(file -> file.getFileName().toString().replace(".json", "")))
          .containsExactlyInAnyOrderElementsOf(documents.keySet());
    }
  }

  @Test
  void everyGoldenDocumentIsStillRead() throws IOException {
    Map<String, String> golden = new LinkedHashMap<>();
    for (String name : documents().keySet()) {
      golden.put(name, Files.readString(FOLDER.resolve(name + ".json")));
    }
    golden.forEach((name, text) -> {
      JsonNode tree = Stored.tree(text);
      String again =
          switch (name.substring(0, name.indexOf('-') < 0 ? name.length() : name.indexOf('-'))) {
            case "head" -> Json.write(Stored.task(tree));
            case "input" -> Json.write(Stored.input(text));
            case "run" -> Json.write(Stored.run(text));
            case "acknowledgement" -> Json.write(Json.read(text, Acknowledgement.class));
            case "fires" -> Json.write(Json.read(text, FireMark.class));
            case "row" -> Json.write(Stored.row(text));
            case "approval" -> Json.write(Stored.approval(text));
            case "decision" -> Json.write(Stored.decision(text));
            case "notice" -> ApprovalNotice.parse(text).orElseThrow().body();
            case "message" -> StepMessage.parse(text).orElseThrow().body();
            case "journal" -> Stored.text(Stored.item(text));
            default -> throw new AssertionError(name);
          };
      assertThat(Stored.tree(again)).as("%s", name).isEqualTo(tree);
    });
  }

  @Test
  void theHeadStaysSmallWhateverAFaultOrAnOperatorSays() {
    World world =
        new World(_ -> {
          throw new Script.Broken(new Fault.Hopeless("x".repeat(100_000)));
        });
    Task task = world.play();
    Task both = task.cancelRequested(new Cancel("a".repeat(500), "w".repeat(5_000), world.now));

    assertThat(task.outcome().detail()).endsWith("…").hasSize(98);
    assertThat(bytes(both)).isLessThan(1_500);
  }

  @Test
  void theHeadOfALeasedTaskWithTheLongestNameStaysBelowAKilobyte() {
    World world = new World(Script.moves(Move.complete()));
    TaskId longest = new TaskId("t".repeat(100));
    world.starter().start(World.request(longest).put("triggered_by", "p".repeat(100)));
    Task started = world.table.find(longest).orElseThrow();
    Task leased = started.claimed(world.worker.newLease(world.now));

    assertThat(bytes(leased)).isLessThan(1_024);
  }

  private static int bytes(Task task) {
    return Json.write(task).getBytes(StandardCharsets.UTF_8).length;
  }
}
