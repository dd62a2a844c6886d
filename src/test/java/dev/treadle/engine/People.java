package dev.treadle.engine;

import dev.treadle.Reason;
import dev.treadle.Status;
import dev.treadle.TaskId;
import dev.treadle.approval.DeskAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The people around the loop, and the machines that do what people would: triggers, approvers who
 * decide, contradict each other, come late or never, and operators who cancel, resume, fork, deploy
 * and purge. They say the truth about what happened outside.
 */
final class People {
  private static final int VISITS_MAX = 12;
  private static final int RESUMES_MAX = 3;
  private static final Duration SOON = Duration.ofMinutes(2);

  private final Simulation world;
  private final Simulation.Place trigger;
  private final List<Simulation.Place> approvers;
  private final Simulation.Place operator;
  private final Map<TaskId, Integer> visits = new HashMap<>();
  private final Map<TaskId, Integer> resumes = new HashMap<>();
  private final Set<String> approved = new HashSet<>();
  private final Set<String> resolved = new HashSet<>();
  private int startsOpen;
  private int forks;

  People(Simulation world) {
    this.world = world;
    trigger = world.place("trigger");
    approvers = List.of(world.place("ann"), world.place("bob"));
    operator = world.place("operator");
  }

  void begin() {
    for (int i = 1; i <= world.swarm.tasks(); i++) {
      TaskId id = new TaskId("t-" + i);
      startsOpen++;
      world.after(world.within(Duration.ofMinutes(10)), () -> start(id));
    }
    Swarm.Others others = world.swarm.others();
    for (Simulation.Place worker : world.workers) {
      if (world.chance(others.deploys())) sometime(() -> deploy(worker));
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

  private void deploy(Simulation.Place worker) {
    world.tally.count("fault: deployed another version");
    worker.deploy(world.improviser.next());
  }

  boolean hasStarts() {
    return startsOpen > 0;
  }

  /** A trigger asks until it hears an answer, and now and then once more. */
  private void start(TaskId id) {
    boolean[] heard = {false};
    world.ask(
        trigger,
        "start of " + id,
        () -> {
          StartAnswer answer = trigger.loop.starter().start(World.request(id));
          if (answer instanceof StartAnswer.Refused refused) throw new AssertionError(refused);
          heard[0] = true;
        },
        () -> {
          if (!heard[0] || world.random.nextInt(10) == 0) {
            world.after(world.within(SOON), () -> start(id));
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
            () -> count(operator.loop.fork().fork(id, checkpoint, fork, "op")),
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
      decide(approvers.getFirst(), chosen);
      // Two people, or one who clicks twice.
      if (world.random.nextInt(4) == 0) {
        decide(approvers.get(world.random.nextInt(approvers.size())), chosen);
      }
    }
    world.after(world.within(SOON), () -> visit(id));
  }

  private void decide(Simulation.Place by, Approval approval) {
    if (approval.kind() != Approval.Kind.ACTION) return;
    Decision.Choice will =
        switch (world.random.nextInt(8)) {
          case 0 -> Decision.Choice.REJECT;
          case 1 -> Decision.Choice.REJECT_AND_STOP;
          default -> Decision.Choice.APPROVE;
        };
    world.tally.count("people: " + will);
    if (will == Decision.Choice.APPROVE) approved.add(approval.id());
    world.ask(by, will + " of " + approval.id(), () -> say(by, approval, will), () -> {});
  }

  private void say(Simulation.Place by, Approval question, Decision.Choice choice) {
    DeskAnswer answer =
        by.panel.say(question.taskId(), question.id(), choice, by.node.name(), "so");
    world.tally.count("desk answer: " + answer.getClass().getSimpleName());
  }

  private void resolve(Task task) {
    Approval question =
        open(task.id()).stream()
            .filter(each -> each.kind() == Approval.Kind.OUTCOME)
            .findFirst()
            .orElseThrow();
    Simulation.Place by = approvers.get(world.random.nextInt(approvers.size()));
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

  boolean saidYesTo(String approvalId) {
    return approved.contains(approvalId);
  }

  boolean saidWhatHappened(String key) {
    return resolved.contains(key);
  }
}
