package dev.treadle.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A queue as unkind as SQS may be: messages come late, twice, out of order or never, a received one
 * is only hidden, a deleted one may come back, and one that is received too often goes to the
 * dead-letter queue.
 */
final class UnkindQueue {
  private static final int BODY_CHARS_MAX = 4_096;

  private static final class Message {
    final StepMessage body;
    int receives;
    boolean gone;

    /** Counts how often its visibility was set, so that only the latest counts. */
    int turns;

    Message(StepMessage body) {
      this.body = body;
    }
  }

  private final Simulation world;
  private final List<Message> messages = new ArrayList<>();
  private final List<Message> visible = new ArrayList<>();
  private final List<Message> dead = new ArrayList<>();
  private boolean standsStill;

  UnkindQueue(Simulation world) {
    this.world = world;
  }

  void send(StepMessage body, Duration delay) {
    world.promises.sent(body);
    if (body.body().length() > BODY_CHARS_MAX) {
      throw new AssertionError("a message of " + body.body().length() + " characters");
    }
    Duration kept =
        delay.compareTo(Defaults.QUEUE_DELAY_MAX) > 0 ? Defaults.QUEUE_DELAY_MAX : delay;
    Swarm.Queue unkind = world.swarm.queue();
    if (happens("message lost", unkind.lost())) return;
    add(body, kept);
    if (happens("message duplicated", unkind.duplicated())) add(body, kept);
  }

  private boolean happens(String what, double chance) {
    if (!world.isFaulty() || !world.chance(chance)) return false;
    world.tally.count("fault: " + what);
    return true;
  }

  private void add(StepMessage body, Duration delay) {
    Message message = new Message(body);
    messages.add(message);
    Swarm.Queue unkind = world.swarm.queue();
    boolean late = happens("message late", unkind.delayed());
    show(message, late ? delay.plus(world.within(unkind.late())) : delay);
  }

  private void show(Message message, Duration after) {
    int turn = ++message.turns;
    world.after(
        after,
        () -> {
          if (message.gone || message.turns != turn) return;
          visible.add(message);
          dispatch();
        });
  }

  /** Gives visible messages, in no order, to workers that have nothing to do. */
  void dispatch() {
    while (!standsStill && !visible.isEmpty()) {
      List<Simulation.Place> idle = world.workers.stream().filter(each -> !each.busy).toList();
      if (idle.isEmpty()) return;
      Message message = visible.remove(world.random.nextInt(visible.size()));
      if (message.gone) continue;
      receive(message, idle.get(world.random.nextInt(idle.size())));
    }
  }

  private void receive(Message message, Simulation.Place worker) {
    if (++message.receives > world.swarm.queue().receivesMax()) {
      world.tally.count("fault: dead-lettered");
      remove(message);
      dead.add(message);
      return;
    }
    world.tally.count("deliveries");
    show(message, Defaults.VISIBILITY);
    world.spawn(
        worker,
        "delivery of " + message.body,
        Defaults.FUNCTION_TIMEOUT,
        world.swarm.calls().immortal(),
        () -> deliver(message, worker));
  }

  private void deliver(Message message, Simulation.Place worker) {
    int turn = message.turns;
    Disposition disposition = worker.loop.engine().deliver(message.body, Defaults.FUNCTION_TIMEOUT);
    world.promises.disposed(message.body, disposition);
    world.tell(worker.node.name(), disposition.toString());
    switch (disposition) {
      case Disposition.Acknowledge() -> {
        if (happens("deleted and back", world.swarm.queue().undead())) {
          show(message, world.within(world.swarm.queue().late()));
        } else {
          remove(message);
        }
      }
      case Disposition.KeepUntil(Instant when) -> {
        // An old receipt changes nothing any more.
        if (message.turns == turn) show(message, hidden(worker.node.instant(), when));
      }
    }
  }

  private static Duration hidden(Instant now, Instant until) {
    long seconds = Math.ceilDiv(Math.max(0, Duration.between(now, until).toMillis()), 1_000);
    return Duration.ofSeconds(Math.min(seconds, Defaults.HIDE_MAX.toSeconds()));
  }

  private void remove(Message message) {
    message.gone = true;
    messages.remove(message);
  }

  void purge() {
    world.tally.count("fault: queue purged");
    world.tell("the queue", "is purged");
    for (Message message : List.copyOf(messages)) remove(message);
    visible.clear();
  }

  /** Sends everything in the dead-letter queue again. */
  void redrive() {
    if (!dead.isEmpty()) world.tally.count("fault: redriven");
    for (Message message : List.copyOf(dead)) add(message.body, Duration.ZERO);
    dead.clear();
  }

  /** Pollers stand still for a time. */
  void outage(Duration time) {
    if (standsStill) return;
    world.tally.count("fault: pollers stand still");
    standsStill = true;
    world.after(
        time,
        () -> {
          standsStill = false;
          dispatch();
        });
  }

  void heal() {
    standsStill = false;
    redrive();
    dispatch();
  }

  boolean isEmpty() {
    return messages.isEmpty();
  }
}
