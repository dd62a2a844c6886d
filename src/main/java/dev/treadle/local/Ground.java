package dev.treadle.local;

import dev.treadle.approval.LinkStore;
import dev.treadle.aws.AwsPlaces;
import dev.treadle.aws.StackFacts;
import dev.treadle.drift.SeriesTable;
import dev.treadle.engine.BreakerTable;
import dev.treadle.engine.StepQueue;
import dev.treadle.engine.StepSource;
import dev.treadle.engine.TaskStore;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * What a local runtime stands on: the embedded store and queue, or the production adapters on an
 * endpoint that speaks DynamoDB and SQS.
 *
 * @param embedded the embedded queue, which alone can show its dead letters
 * @param facts what the production adapters stand on; absent where the store is embedded
 * @param closing gives files and connections back
 */
record Ground(
    TaskStore store,
    SeriesTable series,
    LinkStore links,
    StepQueue queue,
    StepSource source,
    BreakerTable breakers,
    Poller.Waiting waiting,
    Optional<EmbeddedQueue> embedded,
    Optional<StackFacts> facts,
    Runnable closing) {
  private static final long PAUSE_MILLIS = 200;

  /**
   * The names of what lies elsewhere.
   *
   * @param tables where an emulator answers, instead of AWS in the region of the environment
   * @param queues where an emulator answers for SQS, if that is elsewhere
   * @param queueUrl the queue's whole address
   */
  record Endpoint(Optional<URI> tables, Optional<URI> queues, String table, String queueUrl) {}

  /** The embedded store and queue of a folder, after the death of whoever held them before. */
  static Ground embedded(Path data, InstantSource clock, RandomGenerator random) {
    FileRecords records = FileRecords.open(data.resolve("treadle.store"));
    EmbeddedTaskStore store = new EmbeddedTaskStore(records);
    EmbeddedQueue queue = new EmbeddedQueue(records, clock, random, EmbeddedQueue.Terms.DEFAULT);
    // This process alone holds the store, so whoever held a lease or a message is dead.
    Restart.buryWorkers(store, clock.instant());
    queue.revealReceived();
    return new Ground(
        store,
        new EmbeddedSeriesTable(records),
        new EmbeddedLinks(records),
        queue,
        queue,
        new EmbeddedBreakerTable(records),
        new WorkSignal(queue, clock),
        Optional.of(queue),
        Optional.empty(),
        records::close);
  }

  /** The production adapters; credentials and region come from the environment, as on AWS. */
  static Ground at(Endpoint endpoint) {
    AwsPlaces places =
        new AwsPlaces(
            endpoint.table(),
            endpoint.queueUrl(),
            endpoint.tables(),
            endpoint.queues().or(endpoint::tables));
    return new Ground(
        places.store(),
        places.series(),
        places.links(),
        places.queue(),
        places.queue(),
        places.breakers(),
        () -> TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS),
        Optional.empty(),
        Optional.of(places.facts()),
        places::close);
  }
}
