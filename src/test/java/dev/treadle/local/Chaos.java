package dev.treadle.local;

import dev.treadle.Status;
import dev.treadle.TaskId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Kills the real runtime again and again while it works, wipes its queue at every second death, and
 * then counts in the outside world: nothing may be lost, and nothing may have happened twice.
 *
 * <p>Everything that is drawn (when to kill, whom to answer what) comes from the seed; the
 * machine's own timing does not, so a seed replays the schedule and not the run.
 */
public final class Chaos {
  private static final Duration SERVING_MAX = Duration.ofMinutes(1);
  private static final Duration END_MAX = Duration.ofMinutes(4);
  private static final int LIFE_MILLIS_MIN = 500;
  private static final int LIFE_MILLIS_MAX = 5_000;

  /** So many of a hundred runtimes die while they start, when they clear up after the last. */
  private static final int DEATHS_IN_START_PERCENT = 20;

  private static final int START_MILLIS_MAX = 1_200;

  private final Terms terms;
  private final SplittableRandom random;
  private final ChaosRuntime runtime;
  private final ChaosWatch watch;
  private final ChaosHuman human;
  private final List<TaskId> ids;
  private int started;
  private int deathsInStart;
  private int wipes;
  private int wiped;

  /**
   * What is asked.
   *
   * @param launcher the runtime's own
   * @param classPath where the agent of this test lies
   */
  record Terms(long seed, int tasks, int kills, Path launcher, String classPath, Path folder) {
    static Terms fromProperties() throws IOException {
      return new Terms(
          Long.getLong("chaos.seed", 1),
          Integer.getInteger("chaos.tasks", 200),
          Integer.getInteger("chaos.kills", 24),
          Path.of(System.getProperty("chaos.launcher", "target/treadle")),
          System.getProperty("chaos.classpath", "target/test-classes"),
          Files.createTempDirectory(Path.of("target"), "chaos-"));
    }
  }

  private Chaos(Terms terms, int effectPort) {
    this.terms = terms;
    random = new SplittableRandom(terms.seed());
    EffectClient effects = new EffectClient(effectPort);
    runtime = new ChaosRuntime(terms, effectPort);
    human = new ChaosHuman(runtime, effects, random.split());
    watch = new ChaosWatch(runtime, human);
    ids =
        IntStream.rangeClosed(1, terms.tasks())
            .mapToObj(number -> new TaskId("chaos-%03d".formatted(number)))
            .toList();
  }

  /** Exits with 1 when a promise was broken. */
  public static void main(String[] arguments) throws Exception {
    Terms terms = Terms.fromProperties();
    Path effectFile = terms.folder().resolve("effects.txt");
    try (ChildProcess effects =
        ChildProcess.effectServer(effectFile, terms.seed(), terms.folder())) {
      Chaos chaos = new Chaos(terms, effects.firstNumber());
      ChaosVerdict verdict = chaos.run(effects, effectFile);
      System.out.println(verdict.table());
      System.exit(verdict.broken().isEmpty() ? 0 : 1);
    }
  }

  private ChaosVerdict run(ChildProcess effects, Path effectFile)
      throws IOException, InterruptedException {
    Instant begin = Instant.now();
    try (watch;
        human) {
      watch.start();
      for (int life = 1; life <= terms.kills(); life++) live(life);
      Instant lastKill = Instant.now();
      runtime.start();
      runtime.awaitServing(SERVING_MAX);
      startUpTo(terms.tasks());
      awaitEnd(lastKill);
    }
    // The last death too is a hard one: what is judged is what survives it.
    runtime.kill();
    List<String> happened = Files.readAllLines(effectFile);
    ChaosVerdict.Figures figures =
        new ChaosVerdict.Figures(
            terms.seed(),
            terms.kills(),
            deathsInStart,
            wipes,
            wiped,
            human.approved(),
            human.rejected(),
            human.resolved(),
            watch.longestRecovery(),
            Duration.between(begin, Instant.now()));
    try (FileRecords records = runtime.records()) {
      return ChaosVerdict.of(
          figures,
          ids,
          new EmbeddedTaskStore(records),
          happened,
          human.refusedTasks(),
          effects.isAlive());
    }
  }

  private void live(int life) throws IOException, InterruptedException {
    runtime.start();
    if (random.nextInt(100) < DEATHS_IN_START_PERCENT && life > 1) {
      Thread.sleep(random.nextInt(START_MILLIS_MAX));
      deathsInStart++;
    } else {
      runtime.awaitServing(SERVING_MAX);
      // A third at once, so that many are under way at every death; the others over all lives.
      startUpTo(terms.tasks() / 3 + terms.tasks() * 2 / 3 * life / terms.kills());
      Thread.sleep(random.nextInt(LIFE_MILLIS_MIN, LIFE_MILLIS_MAX));
    }
    watch.beforeKill();
    runtime.kill();
    watch.killed(Instant.now());
    if (life % 2 == 0) {
      wipes++;
      wiped += wipeQueue();
    }
  }

  private void startUpTo(int number) {
    // A start that met a kill was perhaps not accepted: it is simply asked for again.
    ids.subList(0, started).stream().filter(id -> !watch.isKnown(id)).forEach(this::start);
    ids.subList(started, Math.max(started, number)).forEach(this::start);
    started = Math.max(started, number);
  }

  private void start(TaskId id) {
    runtime.later("run", "chaos", "--task-id", id.value(), "--input", "{}");
  }

  private int wipeQueue() {
    try (FileRecords records = runtime.records()) {
      return records.transact(transaction -> {
        List<String> keys =
            transaction.range("QUEUE#", "QUEUE#\uffff", Integer.MAX_VALUE).stream()
                .map(Records.Row::key)
                .toList();
        keys.forEach(transaction::remove);
        return (int) keys.stream().filter(key -> key.startsWith("QUEUE#MESSAGE")).count();
      });
    }
  }

  private void awaitEnd(Instant lastKill) throws InterruptedException {
    while (!isOver()) {
      if (Duration.between(lastKill, Instant.now()).compareTo(END_MAX) > 0) return;
      startUpTo(terms.tasks());
      Thread.sleep(1_000);
    }
  }

  private boolean isOver() {
    List<ChaosRuntime.Seen> seen = new ArrayList<>(watch.latest());
    return seen.size() == terms.tasks()
        && seen.stream().map(ChaosRuntime.Seen::status).allMatch(Status::isTerminal);
  }
}
