package dev.treadle.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.treadle.CanonicalJson;
import dev.treadle.Json;
import dev.treadle.Reason;
import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.approval.ApprovalView;
import dev.treadle.approval.Caller;
import dev.treadle.approval.DecisionForm;
import dev.treadle.approval.DeskAnswer;
import dev.treadle.approval.Panel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The people around the loop, and the machines that do what people would: triggers, approvers who
 * decide, edit, ask for more time, contradict each other, come late or never, a robot that follows
 * their links, and operators who cancel, resume, fork, deploy and purge. They say the truth about
 * what happened outside.
 */
final class People {
  /** A mail scanner that has somebody's link; nothing that it does may change anything. */
  static final String ROBOT = "robot";

  /** How the name of a task's trigger begins when a stranger wrote what it brought. */
  static final String STRANGER = "webhook:";

  private static final int VISITS_MAX = 12;
  private static final int RESUMES_MAX = 3;
  private static final Duration SOON = Duration.ofMinutes(2);

  private final Simulation world;
  private final Simulation.Place trigger;
  private final List<Simulation.Place> approvers;
  private final Simulation.Place operator;
  private final Simulation.Place robot;
  private final Map<TaskId, Integer> visits = new HashMap<>();
  private final Map<TaskId, Integer> resumes = new HashMap<>();
  private final Map<String, Set<String>> saidYes = new HashMap<>();

  /** What an edit made of which request. */
  private final Map<String, String> editedFrom = new HashMap<>();

  private final Set<String> tookBack = new HashSet<>();
  private final Map<String, Integer> extensions = new HashMap<>();
  private final Set<String> resolved = new HashSet<>();
  private int startsOpen;
  private int forks;

  People(Simulation world) {
    this.world = world;
    trigger = world.place("trigger");
    approvers = List.of(world.place("ann"), world.place("bob"), world.place("cid"));
    robot = world.place(ROBOT);
    operator = world.place("operator");
  }

  void begin() {
    for (int i = 1; i <= world.swarm.tasks(); i++) {
      TaskId id = new TaskId("t-" + i);
      startsOpen++;
      ObjectNode request = World.request(id);
      if (world.random.nextInt(6) == 0) request.put("triggered_by", STRANGER + "orders");
      world.after(world.within(Duration.ofMinutes(10)), () -> start(id, request));
    }
    Swarm.Others others = world.swarm.others();
    for (Simulation.Place worker : world.workers) {
      if (world.chance(others.deploys())) sometime(() -> deploy(worker));
    }
    for (Simulation.Place desk : approvers) {
      if (world.chance(others.deploys())) sometime(() -> deploy(desk));
    }
    for (int i = 0; i < 3; i++) {
      if (world.chance(others.purges())) sometime(world.queue::purge);
      if (world.chance(others.purges())) sometime(world.queue::redrive);
      if (world.chance(others.outages() * 10)) {
        sometime(() -> world.queue.outage(world.within(Duration.ofHours(5))));
      }
    }
  }

  private void sometime(Runnable deed) {
    Duration most = Duration.ofMinutes(1L << world.random.nextInt(9));
    world.after(
        world.within(most),
        () -> {
          if (world.isFaulty()) deed.run();
        });
  }

  private void deploy(Simulation.Place place) {
    world.tally.count("fault: deployed another version");
    place.deploy(world.improviser.next());
  }

  boolean hasStarts() {
    return startsOpen > 0;
  }

  /** A trigger asks until it hears an answer, and now and then once more. */
  private void start(TaskId id, ObjectNode request) {
    boolean[] heard = {false};
    world.ask(
        trigger,
        "start of " + id,
        () -> {
          StartAnswer answer = trigger.loop.starter().start(request);
          if (answer instanceof StartAnswer.Refused refused) throw new AssertionError(refused);
          heard[0] = true;
        },
        () -> {
          if (!heard[0] || world.random.nextInt(10) == 0) {
            world.after(world.within(SOON), () -> start(id, request));
          } else {
            startsOpen--;
          }
        });
  }

  /** A task was accepted. */
  void started(TaskId id) {
    if (world.chance(world.swarm.others().cancels())) sometime(() -> cancel(id));
  }

  /** A worker is about to act: the best moment to disturb it. */
  void acts(TaskId id) {
    if (!world.isFaulty() || !world.chance(world.swarm.others().cancels() / 4)) return;
    world.after(world.within(Duration.ofSeconds(1)), () -> cancel(id));
  }

  private void cancel(TaskId id) {
    world.tally.count("people: cancel");
    world.ask(
        operator,
        "cancel of " + id,
        () -> count(operator.loop.operator().cancel(id, "op", "enough")),
        () -> {});
  }

  private void count(OperatorAnswer answer) {
    world.tally.count("operator answer: " + answer.getClass().getSimpleName());
  }

  /** A checkpoint was written. */
  void marked(TaskId id, int checkpoint) {
    if (forks > 1 || !world.isFaulty()) return;
    if (!world.chance(world.swarm.others().forks() / 4)) return;
    TaskId fork = new TaskId("fork-" + ++forks);
    sometime(() ->
        world.ask(
            operator,
            "fork of " + id,
            () -> {
              OperatorAnswer answer =
                  operator.loop.fork().fork(id, checkpoint, fork, "op", "to see");
              if (answer instanceof OperatorAnswer.Done) world.tally.count("forks");
              count(answer);
            },
            () -> {}));
  }

  /** A task failed. */
  void failed(TaskId id) {
    int times = resumes.merge(id, 1, Integer::sum);
    if (times > RESUMES_MAX || !world.chance(world.swarm.others().resumes())) return;
    sometime(() -> resume(id));
  }

  private void resume(TaskId id) {
    Raise raise =
        world.random.nextBoolean()
            ? Raise.USUAL
            : new Raise(2, world.random.nextInt(3), 5_000, 1_000, 2, Duration.ofHours(1));
    world.ask(
        operator,
        "resume of " + id,
        () -> {
          world.promises.raising(raise);
          count(operator.loop.operator().resume(id, raise, "op", "go on"));
        },
        () -> {});
  }

  /** A task began to wait. */
  void asked(Task task) {
    if (world.random.nextInt(8) == 0) return; // Nobody ever looks.
    Duration delay =
        world.random.nextInt(4) == 0
            ? Duration.ofMinutes(1L << world.random.nextInt(12))
            : Duration.ofSeconds(30);
    world.after(world.within(delay), () -> visit(task.id()));
    if (world.random.nextInt(4) == 0) visitAtTheLastMoment(task);
  }

  /** In the very millisecond in which an approval expires, by the clock of who decides. */
  private void visitAtTheLastMoment(Task task) {
    for (Approval open : open(task.id())) {
      Simulation.Place by = approvers.getFirst();
      Instant expiry = by.node.truthOf(open.expiresAt());
      if (expiry.isAfter(world.instant())) world.at(expiry, () -> decide(by, open));
    }
  }

  private List<Approval> open(TaskId id) {
    return new ArrayList<>(world.table.approvals(id).stream().filter(Approval::isOpen).toList());
  }

  private void visit(TaskId id) {
    Task task = world.table.find(id).orElseThrow();
    if (task.status() != Status.WAITING_FOR_HUMAN || task.outcome() == null) return;
    if (visits.merge(id, 1, Integer::sum) > VISITS_MAX) return;
    if (task.outcome().reason() == Reason.OUTCOME_UNKNOWN) {
      resolve(task);
    } else {
      List<Approval> open = open(id);
      if (open.isEmpty()) return;
      Approval chosen = open.get(world.random.nextInt(open.size()));
      decide(anybody(), chosen);
      // Two people, or one who clicks twice.
      if (world.random.nextInt(4) == 0) decide(anybody(), chosen);
      if (world.random.nextInt(6) == 0) follow(chosen);
    }
    world.after(world.within(SOON), () -> visit(id));
  }

  private Simulation.Place anybody() {
    return approvers.get(world.random.nextInt(approvers.size()));
  }

  private void decide(Simulation.Place by, Approval approval) {
    if (approval.kind() != Approval.Kind.ACTION) return;
    switch (world.random.nextInt(12)) {
      case 0 -> decide(by, approval, Decision.Choice.REJECT);
      case 1 -> decide(by, approval, Decision.Choice.REJECT_AND_STOP);
      case 2, 3 -> edit(by, approval);
      case 4 -> extend(by, approval);
      case 5 -> withdraw(by, approval);
      default -> decide(by, approval, Decision.Choice.APPROVE);
    }
  }

  private void decide(Simulation.Place by, Approval approval, Decision.Choice will) {
    world.tally.count("people: " + will);
    if (will == Decision.Choice.APPROVE) saysYes(by, approval.id());
    world.ask(by, will + " of " + approval.id(), () -> say(by, approval, will), () -> {});
  }

  private void say(Simulation.Place by, Approval question, Decision.Choice choice) {
    count(by.panel.say(question.taskId(), question.id(), choice, by.node.name(), "so"));
  }

  private void count(DeskAnswer answer) {
    world.tally.count("desk answer: " + answer.getClass().getSimpleName());
  }

  private void saysYes(Simulation.Place by, String approvalId) {
    saidYes.computeIfAbsent(approvalId, _ -> new HashSet<>()).add(by.node.name());
  }

  /** Thinks again, if this person said yes; who did not has nothing to take back. */
  private void withdraw(Simulation.Place by, Approval approval) {
    world.tally.count("people: withdraw");
    tookBack.add(approval.id());
    Caller caller = new Caller.Person(by.node.name(), approval.taskId());
    world.ask(
        by,
        "withdrawal from " + approval.id(),
        () -> {
          DeskAnswer seen = by.panel.desk().view(caller, approval.id());
          String nonce =
              seen.seen().flatMap(ApprovalView::mine).map(Decision::nonce).orElse("none");
          count(by.panel.desk().withdraw(caller, approval.id(), nonce));
        },
        () -> {});
  }

  /** Approves something else: nobody has said yes to that but the editor. */
  private void edit(Simulation.Place by, Approval approval) {
    world.tally.count("people: edit");
    String text = approval.action().arguments().path("text").asText() + ", by " + by.node.name();
    ObjectNode changes = Json.object().put("text", text);
    String key = LedgerRow.revisedKey(approval.actionKey(), CanonicalJson.digest(changes));
    editedFrom.put(key, approval.id());
    saysYes(by, key);
    Caller caller = new Caller.Person(by.node.name(), approval.taskId());
    world.ask(
        by,
        "edit of " + approval.id(),
        () -> {
          DeskAnswer seen = by.panel.desk().view(caller, approval.id());
          if (!(seen instanceof DeskAnswer.Open page)) return;
          count(by.panel.desk().decide(caller, approval.id(), Panel.edited(page, changes)));
        },
        () -> {});
  }

  private void extend(Simulation.Place by, Approval approval) {
    world.tally.count("people: extend");
    extensions.merge(approval.id(), 1, Integer::sum);
    Caller caller = new Caller.Person(by.node.name(), approval.taskId());
    world.ask(
        by,
        "extension of " + approval.id(),
        () -> count(by.panel.desk().extend(caller, approval.id(), approval.version())),
        () -> {});
  }

  /** Opens the link of whoever comes first, and posts every form of the page as it stands. */
  private void follow(Approval approval) {
    world.tally.count("people: robot");
    Caller caller = new Caller.Person(approvers.getFirst().node.name(), approval.taskId());
    world.ask(
        robot,
        "scan of " + approval.id(),
        () -> {
          DeskAnswer seen = robot.panel.desk().view(caller, approval.id());
          if (!(seen instanceof DeskAnswer.Open page)) return;
          for (Decision.Choice choice : Decision.Choice.values()) {
            DecisionForm filled = Panel.form(page, choice, "");
            DecisionForm asItStands =
                new DecisionForm(
                    filled.version(),
                    choice,
                    filled.argumentsDigest(),
                    filled.nonce(),
                    "",
                    "",
                    Optional.empty());
            count(robot.panel.desk().decide(caller, approval.id(), asItStands));
          }
        },
        () -> {});
  }

  private void resolve(Task task) {
    Approval question =
        open(task.id()).stream()
            .filter(each -> each.kind() == Approval.Kind.OUTCOME)
            .findFirst()
            .orElseThrow();
    Simulation.Place by = anybody();
    world.ask(
        by,
        "resolution of " + question.actionKey(),
        () -> {
          Decision.Choice truth = truth(question.actionKey());
          world.tally.count("people: " + truth);
          say(by, question, truth);
        },
        () -> {});
  }

  private Decision.Choice truth(String key) {
    resolved.add(key);
    if (world.random.nextInt(8) == 0) return Decision.Choice.STOP;
    return world.outside.happened(key) ? Decision.Choice.IT_HAPPENED : Decision.Choice.RUN_IT;
  }

  boolean saysYesTo(String approvalId, String who) {
    return saidYes.getOrDefault(approvalId, Set.of()).contains(who);
  }

  boolean takesBack(String approvalId) {
    return tookBack.contains(approvalId);
  }

  boolean hasEdited(String key) {
    return editedFrom.containsKey(key);
  }

  /** With those of the requests that it was edited from: an edit gives no new ones. */
  int extensionsAskedFor(String approvalId) {
    String source = editedFrom.get(approvalId);
    return extensions.getOrDefault(approvalId, 0)
        + (source == null ? 0 : extensionsAskedFor(source));
  }

  boolean saidWhatHappened(String key) {
    return resolved.contains(key);
  }
}
