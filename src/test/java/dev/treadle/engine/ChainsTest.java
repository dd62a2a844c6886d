package dev.treadle.engine;

import static dev.treadle.engine.Script.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Agent;
import dev.treadle.Chain;
import dev.treadle.InputMapping;
import dev.treadle.Json;
import dev.treadle.Limits;
import dev.treadle.Outcome;
import dev.treadle.Reason;
import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.Usage;
import dev.treadle.engine.Faults.Fate;
import dev.treadle.engine.Script.Move;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The completion of a task starts what its agent's chains say, once, whatever fails. */
class ChainsTest {
  private static final TaskId MAILER = new TaskId("t-1::mailer");
  private static final TaskId ARCHIVIST = new TaskId("t-1::mailer::archivist");
  private static final Agent ARCHIVE = Agent.named("archivist").instructions("Keep it.").build();

  /** What the mailer takes. */
  record Letter(String subject, String text) {}

  private static Agent.Builder mailer() {
    return Agent.named("mailer").instructions("Mail it.").input(Letter.class);
  }

  private static Agent.Builder chained(Agent.Builder clerk) {
    return clerk.then(
        Chain.to("mailer", Map.of("subject", "/input_data/subject", "text", "/output/report")));
  }

  private static Agent mailerThen(String next) {
    return mailer().then(Chain.to(next, Map.of("letter", "/input_data"))).build();
  }

  /** The clerk looks and reports; whatever follows completes at once. */
  private static final Script.Brain CLERK =
      Script.moves(
          Move.of(call("c1", "look", "a"), call("c2", "send", "b")),
          Move.of().ending(Json.object().put("report", "all is well")));

  private static final Script.Brain BRAIN =
      input -> input.agent().name().equals("clerk") ? CLERK.think(input) : Move.complete();

  private static World world() {
    World world = new World(BRAIN, ChainsTest::chained, List.of(mailerThen("archivist"), ARCHIVE));
    world.human = world::decideTruthfully;
    return world;
  }

  private static Map<TaskId, Task> tasks(World world) {
    Map<TaskId, Task> tasks = new TreeMap<>((one, two) -> one.value().compareTo(two.value()));
    for (Status status : Status.values()) {
      world.table.list(status, 100).forEach(task -> tasks.put(task.id(), task));
    }
    return tasks;
  }

  @Test
  void aCompletionStartsItsChainWithTheMappedInput() {
    World world = world();
    world.play();

    assertThat(tasks(world).keySet()).containsExactly(World.ID, MAILER, ARCHIVIST);
    assertThat(tasks(world).values()).extracting(Task::status).containsOnly(Status.DONE);
    TaskInput input = world.table.input(MAILER).orElseThrow();
    assertThat(input.inputData())
        .isEqualTo(Json.object().put("subject", "bills").put("text", "all is well"));
    assertThat(input.lineage()).isEqualTo(new TaskInput.Lineage(World.ID, 1));
    assertThat(world.table.input(ARCHIVIST).orElseThrow().lineage())
        .isEqualTo(new TaskInput.Lineage(World.ID, 2));
    Task.Origin origin = world.table.find(MAILER).orElseThrow().origin();
    assertThat(origin.parent()).isEqualTo(World.ID);
    assertThat(origin.triggeredBy()).isEqualTo("chain:clerk");
    assertThat(world.table.children(World.ID)).containsExactly(MAILER);
  }

  @Test
  void aTaskThatFailsOrWaitsStartsNothing() {
    World world =
        new World(
            _ -> Move.of(call("c1", "look", "a")), ChainsTest::chained, List.of(mailer().build()));

    assertThat(world.play().status()).isEqualTo(Status.FAILED);

    assertThat(tasks(world).keySet()).containsExactly(World.ID);
  }

  @Test
  void anyFaultAtAnyPointStartsEachTaskOfTheChainOnce() {
    World undisturbed = world();
    undisturbed.play();
    int points = undisturbed.faults.points();
    List<String> broken = new ArrayList<>();
    for (int point = 0; point < points; point++) {
      for (Fate fate : Fate.values()) {
        World world = world();
        world.faults.at(point, fate);
        demandOnce(world, point + " " + fate, broken);
      }
      World world = world();
      world.faults.before(point, () -> redeliver(world));
      demandOnce(world, "a second worker before " + point, broken);
    }
    assertThat(points).isGreaterThan(15);
    assertThat(broken).isEmpty();
  }

  private static void redeliver(World world) {
    world.now = world.now.plus(Defaults.LEASE).plusSeconds(1);
    tasks(world)
        .values()
        .forEach(task -> {
          var _ = world.engine.deliver(task.due(), Defaults.FUNCTION_TIMEOUT);
        });
  }

  private static void demandOnce(World world, String name, List<String> broken) {
    try {
      world.play();
      assertThat(tasks(world).keySet()).containsExactly(World.ID, MAILER, ARCHIVIST);
      assertThat(tasks(world).values()).extracting(Task::status).containsOnly(Status.DONE);
      assertThat(world.outside.effects("send")).isEqualTo(1);
      demandBudget(world);
    } catch (AssertionError | RuntimeException failure) {
      broken.add(name + ": " + failure);
    }
  }

  /** What all tasks of the chain spent and still have never passes what the first one had. */
  private static void demandBudget(World world) {
    long left =
        tasks(world).values().stream().mapToLong(task -> task.funds().costMicrosLeft()).sum();
    long spent = world.script.microsSpent.values().stream().mapToLong(Long::longValue).sum();
    long budget = world.table.input(World.ID).orElseThrow().limits().budget().costMicros();
    assertThat(spent + left).isLessThanOrEqualTo(budget);
  }

  @Test
  void aMessageThatNobodySentIsTheWatchdogs() {
    World world = world();
    world.faults.at("enqueue", 3, Fate.DIE_BEFORE);
    world.start();
    while (!world.faults.trace.contains("find")) world.event();
    world.run();

    assertThat(tasks(world).values()).extracting(Task::status).containsOnly(Status.DONE);
    assertThat(tasks(world)).hasSize(3);
  }

  // Budgets.

  private static Limits.Budget budget(long micros) {
    return new Limits.Budget(micros, 1_000_000, 10, Duration.ofHours(1));
  }

  @Test
  void childrenShareWhatTheirParentHasLeftAndTakeItFromTheParent() {
    World world =
        new World(
            _ -> Move.complete().costing(new Usage(10, 10, 1_000)),
            clerk ->
                clerk
                    .limits(Limits.DEFAULT.withBudget(budget(9_000)))
                    .then(Chain.to("archivist", Map.of()))
                    .then(Chain.to("small", Map.of())),
            List.of(
                ARCHIVE,
                Agent.named("small").limits(Limits.DEFAULT.withBudget(budget(3_000))).build()));
    world.play();

    Map<TaskId, Task> tasks = tasks(world);
    Limits.Budget archivist = limits(world, "t-1::archivist").budget();
    Limits.Budget small = limits(world, "t-1::small").budget();
    assertThat(archivist.costMicros()).isEqualTo(4_000);
    assertThat(small.costMicros()).isEqualTo(3_000);
    assertThat(archivist.toolCalls()).isEqualTo(5);
    assertThat(tasks.get(World.ID).funds().costMicrosLeft()).isEqualTo(1_000);
    assertThat(tasks.get(new TaskId("t-1::small")).funds().deadline())
        .isBeforeOrEqualTo(tasks.get(World.ID).funds().deadline());
    demandBudget(world);
  }

  private static Limits limits(World world, String id) {
    return world.table.input(new TaskId(id)).orElseThrow().limits();
  }

  @Test
  void aChildOfAPoorParentEndsForWantOfBudgetAndSpendsNothing() {
    World world =
        new World(
            _ -> Move.complete().costing(new Usage(10, 10, 2_000)),
            clerk ->
                clerk
                    .limits(Limits.DEFAULT.withBudget(budget(3_000)))
                    .then(Chain.to("archivist", Map.of())),
            List.of(ARCHIVE));
    world.play();

    Task child = tasks(world).get(new TaskId("t-1::archivist"));
    assertThat(child.outcome().reason()).isEqualTo(Reason.BUDGET_EXHAUSTED);
    assertThat(world.script.microsSpent).doesNotContainKey(child.id());
    demandBudget(world);
  }

  // Bad chains.

  @Test
  void anOutputThatItsSuccessorCannotTakeEndsTheTaskWithThePlaceAndStartsNothing() {
    World world = new World(_ -> Move.complete(), ChainsTest::chained, List.of(mailer().build()));

    Task task = world.play();

    assertThat(task.outcome().reason()).isEqualTo(Reason.OUTPUT_INVALID);
    assertThat(task.outcome().detail()).contains("chain to mailer").contains("input_data");
    assertThat(tasks(world)).hasSize(1);
    assertThat(world.entries().getLast().answer()).isNotNull();
    assertThat(task.funds().costMicrosLeft())
        .isEqualTo(Limits.DEFAULT.budget().costMicros() - 1_000);
  }

  @Test
  void inputsOfAllChainsThatPassTheLimitTogetherEndTheTask() {
    JsonNode large = Json.object().put("report", "x".repeat(Defaults.INPUT_BYTES_MAX / 2 + 100));
    World world =
        new World(
            _ -> Move.of().ending(large),
            clerk ->
                clerk
                    .then(Chain.to("archivist", Map.of("text", "/output/report")))
                    .then(Chain.to("other", Map.of("text", "/output/report"))),
            List.of(ARCHIVE, Agent.named("other").build()));

    Task task = world.play();

    assertThat(task.outcome().detail()).contains("chain to other").contains("262144 bytes");
    assertThat(tasks(world)).hasSize(1);
  }

  @Test
  void aCircleIsRefusedByItsDepthBeforeAnythingStarts() {
    Agent one = Agent.named("a").then(Chain.to("b", Map.of())).build();
    Agent two = Agent.named("b").then(Chain.to("a", Map.of())).build();

    assertThatThrownBy(() -> new AgentCatalog(List.of(one, two)))
        .hasMessage("chains a -> b -> a -> b -> a -> b -> a: a chain may be at most 5 tasks deep");
  }

  @Test
  void theLongestChainIsAllowedAndOneMoreIsNot() {
    List<Agent> agents = new ArrayList<>();
    for (int i = 1; i <= Chain.DEPTH_MAX; i++) {
      agents.add(Agent.named("a" + i).then(Chain.to("a" + (i + 1), Map.of())).build());
    }
    agents.add(Agent.named("a6").build());
    assertThat(new AgentCatalog(agents).names()).hasSize(6);

    agents.add(Agent.named("a0").then(Chain.to("a1", Map.of())).build());
    assertThatThrownBy(() -> new AgentCatalog(agents)).hasMessageContaining("a0 -> a1");
  }

  @Test
  void aChainThatADeployMadeTooDeepEndsWhereItPassesTheCap() {
    World world = world();
    world.start();
    TaskInput atCap =
        TaskInput.of(
            World.ID,
            Json.object(),
            null,
            world.agent,
            Limits.DEFAULT,
            new TaskInput.Lineage(new TaskId("root"), Chain.DEPTH_MAX));
    Succession succession = new Succession(atCap, world.agents, _ -> Script.RESERVE);

    Succession.Plan plan =
        succession.plan(world.task(), world.agent.chains(), Json.object(), world.now);

    assertThat(plan)
        .isEqualTo(new Succession.Unfit("chain to mailer: a chain may be at most 5 tasks deep"));
  }

  @Test
  void aChainToNobodyOrTwiceToOneIsRefusedWhenTheAgentsAreRead() {
    Agent lost = Agent.named("a").then(Chain.to("nobody", Map.of())).build();
    assertThatThrownBy(() -> new AgentCatalog(List.of(lost)))
        .hasMessage("agent a: chain to nobody must name an agent; there are a");

    Agent.Builder twice =
        Agent.named("a").then(Chain.to("b", Map.of())).then(Chain.to("b", Map.of()));
    assertThatThrownBy(twice::build).hasMessage("agent a has two chains named b");

    Agent.Builder many = Agent.named("a");
    for (int i = 0; i <= Chain.PER_AGENT_MAX; i++) many.then(Chain.to("b" + i, Map.of()));
    assertThatThrownBy(many::build).hasMessage("agent a: chains must be at most 10, were 11");
  }

  @Test
  void aMappingThatIsNoPointerOrMapsAndFixesAFieldIsRefused() {
    assertThatThrownBy(() -> Chain.to("b", Map.of("id", "output/id")))
        .hasMessage(
            "field id must be mapped from a JSON Pointer such as /order/id, was \"output/id\"");
    assertThatThrownBy(
            () -> new InputMapping(new TreeMap<>(Map.of("id", "/id")), Json.object().put("id", 1)))
        .hasMessage("field id must be mapped or fixed, not both");
  }

  @Test
  void nobodyElseMayUseAnIdOfAChainsTask() {
    World world = world();

    StartAnswer answer = world.starter().start(World.request(MAILER));

    assertThat(((StartAnswer.Refused) answer).violations())
        .extracting(Object::toString)
        .containsExactly("task_id must not hold :: because it names the tasks of a chain");
  }

  @Test
  void aLongParentsChildHasALegalIdOfItsOwn() {
    TaskId longest = new TaskId("t".repeat(100));
    TaskId other = new TaskId("t".repeat(99) + "u");
    String agent = "a".repeat(64);

    assertThat(Succession.childOf(longest, agent)).isNotEqualTo(Succession.childOf(other, agent));
    assertThat(Succession.childOf(longest, agent)).isEqualTo(Succession.childOf(longest, agent));
  }

  // Cancel.

  @Test
  void cancellingATaskThatIsDoneStopsWhatItStarted() {
    World world = waitingChild();

    OperatorAnswer answer = world.operator.cancel(World.ID, "ann", "wrong bill");

    assertThat(answer).isInstanceOf(OperatorAnswer.Done.class);
    Task child = world.table.find(MAILER).orElseThrow();
    assertThat(child.outcome().reason()).isEqualTo(Reason.CANCELLED);
    assertThat(world.task().status()).isEqualTo(Status.DONE);
    assertThat(world.operator.cancel(World.ID, "ann", "again"))
        .isInstanceOf(OperatorAnswer.Refused.class);
  }

  @Test
  void ofThreeAgentsInAChainNothingStartsAfterTheOneThatIsCancelled() {
    World world = waitingChild(mailerThen("archivist").chains(), List.of(ARCHIVE));
    tell("before", world);

    assertThat(world.operator.cancel(World.ID, "ann", "wrong bill"))
        .isInstanceOf(OperatorAnswer.Done.class);
    world.human = world::approveAll;
    for (int minute = 0; minute < 60; minute++) world.pass(Duration.ofMinutes(1));
    world.run();
    tell("an hour after the cancel", world);

    assertThat(tasks(world).keySet()).containsExactly(World.ID, MAILER);
    assertThat(world.table.find(MAILER).orElseThrow().outcome().reason())
        .isEqualTo(Reason.CANCELLED);
    assertThat(world.table.find(ARCHIVIST)).isEmpty();
    assertThat(world.table.children(MAILER)).isEmpty();
    assertThat(world.outside.effects("pay")).isZero();
  }

  private static void tell(String when, World world) {
    tasks(world)
        .forEach((id, task) ->
            System.out.printf(
                "%-25s %-14s %-18s %s%n",
                when, id, task.status(), task.outcome() == null ? "" : task.outcome().reason()));
  }

  private static World waitingChild() {
    return waitingChild(List.of(), List.of());
  }

  private static World waitingChild(List<Chain> then, List<Agent> others) {
    Script.Brain brain =
        input ->
            input.agent().name().equals("mailer")
                ? Move.of(call("c9", "pay", "x"))
                : BRAIN.think(input);
    Agent.Builder asks = mailer().tool(new World(brain).outside.pay());
    then.forEach(asks::then);
    List<Agent> deployed = new ArrayList<>(others);
    deployed.add(asks.build());
    World world = new World(brain, ChainsTest::chained, deployed);
    world.play();
    assertThat(world.table.find(MAILER).map(Task::status)).contains(Status.WAITING_FOR_HUMAN);
    return world;
  }

  @Test
  void aCancelAtAnyPointStopsTheTaskOrWhatItStarted() {
    World undisturbed = world();
    undisturbed.play();
    for (int point = 3; point < undisturbed.faults.points(); point++) {
      World world = world();
      List<OperatorAnswer> answers = new ArrayList<>();
      world.faults.before(point, () -> answers.add(world.operator.cancel(World.ID, "ann", "stop")));
      world.play();
      List<Outcome> ends = tasks(world).values().stream().map(Task::outcome).toList();
      assertThat(answers).as("point %d", point).hasSize(1);
      boolean wasAccepted = !(answers.getFirst() instanceof OperatorAnswer.Refused);
      assertThat(ends.stream().anyMatch(end -> end.reason() == Reason.CANCELLED))
          .as("point %d: %s, %s", point, answers, ends)
          .isEqualTo(wasAccepted);
      if (!wasAccepted) assertThat(ends).hasSize(3);
    }
  }
}
