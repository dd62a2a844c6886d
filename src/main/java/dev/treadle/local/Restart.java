package dev.treadle.local;

import dev.treadle.Status;
import dev.treadle.engine.LedgerRow;
import dev.treadle.engine.Task;
import java.time.Instant;
import java.util.List;

/**
 * Ends the leases of a process that died and has every running task looked at, so that all go on at
 * once.
 *
 * <p>Only the one process that may hold the records can know that all earlier workers are dead; on
 * AWS a lease has to run out.
 */
final class Restart {
  private Restart() {}

  static void buryWorkers(EmbeddedTaskStore store, Instant now) {
    for (Task task : store.list(Status.RUNNING, Integer.MAX_VALUE)) {
      List<LedgerRow> started =
          task.lease() == null
              ? List.of()
              : store.ledger(task.id()).stream()
                  .filter(row -> row.state() == LedgerRow.State.STARTED)
                  .map(row -> row.settledBy(now))
                  .toList();
      store.bury(task.abandoned(now), started);
    }
  }
}
