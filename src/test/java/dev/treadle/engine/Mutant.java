package dev.treadle.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.treadle.Actions;
import dev.treadle.Agent;
import dev.treadle.CanonicalJson;
import dev.treadle.DecisionCheck;
import dev.treadle.Json;
import dev.treadle.Reserve;
import dev.treadle.Status;
import dev.treadle.StepExecutor;
import dev.treadle.StepInput;
import dev.treadle.StepReport;
import dev.treadle.StepResult;
import dev.treadle.TaskId;
import dev.treadle.approval.Panel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Deliberate breaks, each of one rule of the loop, made at a port: what the engine would do wrong
 * without the rule, a store, a check or an executor does wrong for it.
 */
enum Mutant implements Simulation.Break {
  /** A claim takes the lease of a worker that still holds it. */
  DROP_THE_LEASE_TEST {
    @Override
    public TaskStore table(TaskStore table, Simulation world) {
      return new ForwardingTaskStore(table) {
        @Override
        public Claimed claim(StepMessage message, Lease lease, Instant now) {
          return store.claim(message, lease, now.plus(Defaults.LEASE));
        }
      };
    }
  },
  /** A repeated claim does not know its own token. */
  DROP_THE_CLAIM_TOKEN {
    @Override
    public TaskStore table(TaskStore table, Simulation world) {
      return new ForwardingTaskStore(table) {
        @Override
        public Claimed claim(StepMessage message, Lease lease, Instant now) {
          String other = lease.token() + world.random.nextInt(1_000_000);
          return store.claim(message, new Lease(other, lease.until()), now);
        }
      };
    }
  },
  /** A commit is written over whatever stands there. */
  COMMIT_WITHOUT_FENCE {
    @Override
    public TaskStore table(TaskStore table, Simulation world) {
      return new ForwardingTaskStore(table) {
        @Override
        public Commit commit(Change change) {
          Commit commit = store.commit(change);
          if (!(commit instanceof Commit.Lost(Task current))) return commit;
          return store.commit(moved(change, current, change.items()));
        }
      };
    }
  },
  /** An action is started by a worker that lost its lease. */
  START_WITHOUT_LEASE {
    @Override
    public TaskStore table(TaskStore table, Simulation world) {
      return new ForwardingTaskStore(table) {
        @Override
        public Fence start(Task mine, LedgerRow seen, LedgerRow started) {
          Fence fence = store.start(mine, seen, started);
          return fence == Fence.LOST ? Fence.HELD : fence;
        }
      };
    }
  },
  /** An action is started though an operator has asked to stop. */
  START_AFTER_A_CANCEL {
    @Override
    public TaskStore table(TaskStore table, Simulation world) {
      return new ForwardingTaskStore(table) {
        @Override
        public Fence start(Task mine, LedgerRow seen, LedgerRow started) {
          Fence fence = store.start(mine, seen, started);
          return fence == Fence.CANCELLED ? Fence.HELD : fence;
        }
      };
    }
  },
  /** Intent and start are written when the outcome is known. */
  INTENT_AFTER_THE_CALL {
    @Override
    public TaskStore table(TaskStore table, Simulation world) {
      return new ForwardingTaskStore(table) {
        private final Map<String, Runnable> owed = new HashMap<>();

        @Override
        public Fence intend(Task mine, JournalItem.Answer answer, List<LedgerRow> planned) {
          planned.forEach(
              row -> owed.put(row.key(), () -> store.intend(mine, answer, List.of(row))));
          return Fence.HELD;
        }

        @Override
        public Fence start(Task mine, LedgerRow seen, LedgerRow started) {
          Runnable intent = owed.getOrDefault(started.key(), () -> {});
          owed.put(
              started.key(),
              () -> {
                intent.run();
                store.start(mine, seen, started);
              });
          return Fence.HELD;
        }

        @Override
        public LedgerRow settle(LedgerRow outcome) {
          owed.getOrDefault(outcome.key(), () -> {}).run();
          return store.settle(outcome);
        }
      };
    }
  },
  /** A held iteration counts as recorded: the message is sent again. */
  HEAL_WHAT_IS_HELD {
    @Override
    public TaskStore table(TaskStore table, Simulation world) {
      return new ForwardingTaskStore(table) {
        @Override
        public Claimed claim(StepMessage message, Lease lease, Instant now) {
          Claimed claimed = store.claim(message, lease, now);
          if (!(claimed.claim() instanceof Claim.Held)) return claimed;
          Task task = store.find(message.taskId()).orElseThrow();
          return Claimed.without(new Claim.AlreadyRecorded(task));
        }
      };
    }
  },
  /** Every old message has the current one sent again at once. */
  HEAL_WITHOUT_GRACE {
    @Override
    public TaskStore table(TaskStore table, Simulation world) {
      return new ForwardingTaskStore(table) {
        @Override
        public Claimed claim(StepMessage message, Lease lease, Instant now) {
          Claimed claimed = store.claim(message, lease, now);
          Optional<Task> task = store.find(message.taskId());
          boolean isOld =
              claimed.claim() instanceof Claim.Obsolete
                  && task.filter(head -> isAhead(head, message)).isPresent();
          return isOld ? Claimed.without(new Claim.AlreadyRecorded(task.orElseThrow())) : claimed;
        }
      };
    }
  },
  /** The message of an iteration that another worker holds is given up. */
  ACK_THE_BUSY_DUPLICATE {
    @Override
    public TaskStore table(TaskStore table, Simulation world) {
      return new ForwardingTaskStore(table) {
        @Override
        public Claimed claim(StepMessage message, Lease lease, Instant now) {
          Claimed claimed = store.claim(message, lease, now);
          return claimed.claim() instanceof Claim.Held
              ? Claimed.without(new Claim.Obsolete())
              : claimed;
        }
      };
    }
  },
  /** A worker runs before the pause of a retry is over. */
  IGNORE_NOT_BEFORE {
    @Override
    public TaskStore table(TaskStore table, Simulation world) {
      return new ForwardingTaskStore(table) {
        @Override
        public Claimed claim(StepMessage message, Lease lease, Instant now) {
          Claimed claimed = store.claim(message, lease, now);
          return claimed.claim() instanceof Claim.TooEarly(Instant notBefore)
              ? store.claim(message, lease, notBefore)
              : claimed;
        }
      };
    }
  },
  /** An action whose outcome is unknown is run once more. */
  RETRY_THE_UNKNOWN {
    @Override
    public TaskStore table(TaskStore table, Simulation world) {
      return new ForwardingTaskStore(table) {
        @Override
        public List<LedgerRow> rows(TaskId id, Collection<String> keys) {
          return store.rows(id, keys).stream()
              .map(row -> isOpen(row) ? in(LedgerRow.State.PLANNED, row) : row)
              .toList();
        }

        @Override
        public Fence start(Task mine, LedgerRow seen, LedgerRow started) {
          LedgerRow stands = store.rows(mine.id(), List.of(seen.key())).getFirst();
          return store.start(mine, stands, started);
        }

        private static boolean isOpen(LedgerRow row) {
          return row.state() == LedgerRow.State.STARTED || row.state() == LedgerRow.State.UNKNOWN;
        }
      };
    }
  },
  /** An action that was started and whose worker died counts as failed. */
  BELIEVE_THAT_NOTHING_HAPPENED {
    @Override
    public TaskStore table(TaskStore table, Simulation world) {
      return new ForwardingTaskStore(table) {
        @Override
        public List<LedgerRow> rows(TaskId id, Collection<String> keys) {
          return store.rows(id, keys).stream()
              .map(row ->
                  row.state() == LedgerRow.State.STARTED
                      ? row.settled(LedgerRow.State.FAILED, Json.object())
                      : row)
              .toList();
        }
      };
    }
  },
  /** The answer of an earlier attempt is forgotten and the model asked again. */
  ASK_THE_MODEL_AGAIN {
    @Override
    public TaskStore table(TaskStore table, Simulation world) {
      return new ForwardingTaskStore(table) {
        @Override
        public Claimed claim(StepMessage message, Lease lease, Instant now) {
          Claimed claimed = store.claim(message, lease, now);
          return new Claimed(claimed.claim(), claimed.recall().map(Mutant::withoutAnswers));
        }
      };
    }
  },
  /** A decision counts for any arguments, and the row has others than were approved. */
  SKIP_THE_DIGEST_CHECK {
    @Override
    public TaskStore table(TaskStore table, Simulation world) {
      return new ForwardingTaskStore(table) {
        @Override
        public List<LedgerRow> rows(TaskId id, Collection<String> keys) {
          return store.rows(id, keys).stream().map(Mutant::tampered).toList();
        }
      };
    }

    @Override
    public DecisionCheck decisions(DecisionCheck decisions, Simulation world) {
      return (id, approvalId, action, now) -> {
        Approval approval = world.table.approval(id, approvalId).orElseThrow();
        return decisions.ask(id, approvalId, Panel.asked(approval), now);
      };
    }
  },
  /** Whatever was asked is allowed. */
  APPROVE_WHAT_NOBODY_DECIDED {
    @Override
    public DecisionCheck decisions(DecisionCheck decisions, Simulation world) {
      return (id, approvalId, action, now) -> new DecisionCheck.Approved("nobody");
    }
  },
  /** A decision is taken in the very moment of the expiry. */
  DECIDE_AT_THE_EXPIRY {
    @Override
    public TaskStore table(TaskStore table, Simulation world) {
      return new ForwardingTaskStore(table) {
        @Override
        public Optional<Approval> approval(TaskId id, String approvalId) {
          return store.approval(id, approvalId).map(each -> later(1, each));
        }

        @Override
        public Commit commit(Change change) {
          List<String> decided = change.decisions().stream().map(Decision::approvalId).toList();
          return store.commit(
              asking(
                  change,
                  each ->
                      decided.contains(each.id()) && each.version() > 1 ? later(-1, each) : each));
        }
      };
    }
  },
  /** A question is open until its row is deleted, which a TTL does days after its time. */
  LEAVE_THE_EXPIRY_TO_A_TTL {
    @Override
    public TaskStore table(TaskStore table, Simulation world) {
      return new ForwardingTaskStore(table) {
        @Override
        public Optional<Approval> approval(TaskId id, String approvalId) {
          return store.approval(id, approvalId).map(each -> later(TTL_LATE, each));
        }

        @Override
        public List<Approval> approvals(TaskId id) {
          return store.approvals(id).stream().map(each -> later(TTL_LATE, each)).toList();
        }

        @Override
        public Commit commit(Change change) {
          return store.commit(
              asking(change, each -> each.version() > 1 ? later(-TTL_LATE, each) : each));
        }
      };
    }
  },
  /** What nobody answered in time counts as a yes. */
  TAKE_SILENCE_FOR_YES {
    @Override
    public TaskStore table(TaskStore table, Simulation world) {
      return new ForwardingTaskStore(table) {
        @Override
        public Commit commit(Change change) {
          return store.commit(
              asking(
                  change,
                  each ->
                      each.state() == Approval.State.EXPIRED
                          ? with(Approval.State.APPROVED, each.votes(), each)
                          : each));
        }
      };
    }
  },
  /** A person who approves is counted as two. */
  COUNT_A_PERSON_TWICE {
    @Override
    public TaskStore table(TaskStore table, Simulation world) {
      return new ForwardingTaskStore(table) {
        @Override
        public Commit commit(Change change) {
          return store.commit(
              asking(
                  change,
                  each -> {
                    if (!each.isOpen() || each.votes().isEmpty()) return each;
                    List<Approval.Vote> twice = new ArrayList<>(each.votes());
                    twice.add(each.votes().getLast());
                    return with(each.state(), twice, each);
                  }));
        }
      };
    }
  },
  /** What was said about an action counts for the edited one. */
  KEEP_VOTES_OVER_AN_EDIT {
    @Override
    public TaskStore table(TaskStore table, Simulation world) {
      return new ForwardingTaskStore(table) {
        @Override
        public Commit commit(Change change) {
          List<Approval.Vote> old =
              change.approvals().stream()
                  .filter(each -> each.closing() != null && each.closing().supersededBy() != null)
                  .flatMap(each -> each.votes().stream())
                  .toList();
          return store.commit(
              asking(
                  change,
                  each -> {
                    if (each.state() == Approval.State.SUPERSEDED) return each;
                    List<Approval.Vote> all = new ArrayList<>(old);
                    all.addAll(each.votes());
                    return with(each.state(), all, each);
                  }));
        }
      };
    }
  },
  /** An edited action has the key of the one that was proposed. */
  REUSE_THE_KEY_OVER_AN_EDIT {
    @Override
    public TaskStore table(TaskStore table, Simulation world) {
      return new ForwardingTaskStore(table) {
        @Override
        public Commit commit(Change change) {
          Optional<LedgerRow> old =
              change.rows().stream().filter(row -> row.revisedAs() != null).findFirst();
          return store.commit(old.map(row -> inPlaceOf(row, change)).orElse(change));
        }
      };
    }
  },
  /** A fork forgets that strangers wrote what its source has read. */
  TRUST_A_FORK {
    @Override
    public TaskStore table(TaskStore table, Simulation world) {
      return new ForwardingTaskStore(table) {
        @Override
        public Begun begin(NewTask task) {
          List<JournalItem> items = task.items().stream().map(Mutant::trusted).toList();
          return store.begin(new NewTask(task.task(), task.input(), items));
        }
      };
    }
  },
  /** Nothing is set aside before a step spends. */
  SETTLE_WITHOUT_RESERVATION {
    @Override
    public StepExecutor executor(StepExecutor executor) {
      return new StepExecutor() {
        @Override
        public StepResult execute(StepInput input, Actions actions) {
          return unreserved(executor.execute(input, actions));
        }

        @Override
        public Reserve firstReserve(Agent agent) {
          return Reserve.NONE;
        }
      };
    }
  },
  /** Of two that notice a lost message both send it. */
  RESEND_WITHOUT_COMPARE_AND_SET {
    @Override
    public TaskStore table(TaskStore table, Simulation world) {
      return new ForwardingTaskStore(table) {
        @Override
        public boolean resent(Task seen, Instant now, Instant wakeAt) {
          var _ = store.resent(seen, now, wakeAt);
          return true;
        }
      };
    }
  },
  /** The pause between two sends grows to an hour, as it once did. */
  LOOK_AGAIN_IN_AN_HOUR {
    @Override
    public TaskStore table(TaskStore table, Simulation world) {
      return new ForwardingTaskStore(table) {
        @Override
        public boolean resent(Task seen, Instant now, Instant wakeAt) {
          return store.resent(seen, now, now.plus(Duration.ofHours(1)));
        }
      };
    }
  },
  /** Nobody looks after what is due. */
  NO_WATCHDOG {
    @Override
    public TaskStore table(TaskStore table, Simulation world) {
      return new ForwardingTaskStore(table) {
        @Override
        public List<TaskId> due(int shard, Instant upTo, int most) {
          return List.of();
        }
      };
    }
  },
  /** A release leaves no note in the journal. */
  FORGET_A_NOTE {
    @Override
    public TaskStore table(TaskStore table, Simulation world) {
      return new ForwardingTaskStore(table) {
        @Override
        public Commit commit(Change change) {
          boolean isNoted = change.items().stream().anyMatch(JournalItem.Note.class::isInstance);
          return store.commit(isNoted ? moved(change, change.from(), List.of()) : change);
        }
      };
    }
  };

  private static final long TTL_LATE = Duration.ofDays(2).toMillis();

  private static boolean isAhead(Task head, StepMessage message) {
    return head.status() == Status.RUNNING && head.iteration() > message.iteration();
  }

  private static Recall withoutAnswers(Recall recall) {
    return new Recall(
        recall.input(),
        recall.items().stream().filter(item -> !(item instanceof JournalItem.Answer)).toList());
  }

  private static Change moved(Change change, Task from, List<JournalItem> items) {
    return new Change(
        from,
        change.to(),
        items,
        change.rows(),
        change.papers(),
        change.children(),
        change.judged(),
        change.run());
  }

  private static Change asking(Change change, UnaryOperator<Approval> how) {
    List<Approval> approvals = change.approvals().stream().map(how).toList();
    return new Change(
        change.from(),
        change.to(),
        change.items(),
        change.rows(),
        new Change.Papers(approvals, change.decisions()),
        change.children(),
        change.judged(),
        change.run());
  }

  private static JournalItem trusted(JournalItem item) {
    if (!(item instanceof JournalItem.Snapshot snapshot)) return item;
    History past = snapshot.history();
    return new JournalItem.Snapshot(
        snapshot.schema(),
        snapshot.taskId(),
        snapshot.iteration(),
        new History(
            past.upTo(),
            past.memory(),
            past.before(),
            past.turns(),
            past.pending(),
            past.window(),
            past.confidence(),
            false,
            past.evidence(),
            past.entriesSinceSnapshot(),
            past.charsSinceSnapshot()));
  }

  private static Approval with(Approval.State state, List<Approval.Vote> votes, Approval approval) {
    return with(approval.timing(), state, votes, approval);
  }

  private static Approval with(
      Approval.Timing timing, Approval.State state, List<Approval.Vote> votes, Approval approval) {
    return new Approval(
        approval.schema(),
        approval.id(),
        approval.taskId(),
        approval.iteration(),
        approval.ordinal(),
        approval.kind(),
        approval.actionKey(),
        approval.action(),
        approval.grounds(),
        approval.source(),
        approval.terms(),
        timing,
        votes,
        state,
        approval.version(),
        approval.closing());
  }

  private static LedgerRow tampered(LedgerRow row) {
    if (row.approvalId() == null) return row;
    JsonNode other = Json.object().put("text", row.arguments().path("text").asText() + "0");
    return with(other, row.state(), row);
  }

  private static LedgerRow in(LedgerRow.State state, LedgerRow row) {
    return with(row.arguments(), state, row);
  }

  private static LedgerRow with(JsonNode arguments, LedgerRow.State state, LedgerRow row) {
    return new LedgerRow(
        row.schema(),
        row.taskId(),
        row.key(),
        row.iteration(),
        row.ordinal(),
        row.callId(),
        row.tool(),
        arguments,
        CanonicalJson.digest(arguments),
        state,
        row.approvalId(),
        row.startedBy(),
        row.startedAt(),
        row.settledAfter(),
        row.result(),
        row.revisedAs());
  }

  private static Change inPlaceOf(LedgerRow old, Change change) {
    List<LedgerRow> rows =
        change.rows().stream()
            .filter(row -> !row.key().equals(old.key()))
            .map(row -> row.key().equals(old.revisedAs()) ? with(old.key(), row) : row)
            .toList();
    return new Change(
        change.from(),
        change.to(),
        change.items(),
        rows,
        change.papers(),
        change.children(),
        change.judged(),
        change.run());
  }

  private static LedgerRow with(String key, LedgerRow row) {
    return new LedgerRow(
        row.schema(),
        row.taskId(),
        key,
        row.iteration(),
        row.ordinal(),
        row.callId(),
        row.tool(),
        row.arguments(),
        row.argumentsDigest(),
        row.state(),
        row.approvalId(),
        row.startedBy(),
        row.startedAt(),
        row.settledAfter(),
        row.result(),
        row.revisedAs());
  }

  private static Approval later(long millis, Approval approval) {
    Approval.Timing timing = approval.timing();
    Approval.Timing later =
        new Approval.Timing(
            timing.createdAt(),
            timing.expiresAt().plusMillis(millis),
            timing.remindAt(),
            timing.extensionSeconds(),
            timing.extensions());
    return with(later, approval.state(), approval.votes(), approval);
  }

  private static StepResult unreserved(StepResult result) {
    if (!(result instanceof StepResult.Advanced(var answer, var results, StepReport report))) {
      return result;
    }
    return new StepResult.Advanced(
        answer,
        results,
        new StepReport(
            report.mutations(),
            report.confidence(),
            report.completion(),
            report.errors(),
            report.notices(),
            report.usage(),
            Reserve.NONE));
  }
}
