package dev.treadle.local;

import dev.treadle.Json;
import dev.treadle.engine.Breaker;
import dev.treadle.engine.BreakerTable;
import dev.treadle.engine.Halts;
import java.util.Optional;

/** The breakers on embedded records. */
public final class EmbeddedBreakerTable implements BreakerTable {
  private final Records records;

  public EmbeddedBreakerTable(Records records) {
    this.records = records;
  }

  @Override
  public Optional<Breaker> find(String dependency) {
    return records
        .transact(transaction -> transaction.get(TaskKeys.breaker(dependency)))
        .map(text -> Json.read(text, Breaker.class));
  }

  @Override
  public boolean replace(Breaker next) {
    String key = TaskKeys.breaker(next.dependency());
    return records.transact(transaction -> {
      long standing =
          transaction.get(key).map(text -> Json.read(text, Breaker.class).version()).orElse(0L);
      if (standing != next.version() - 1) return false;
      transaction.put(key, Json.write(next));
      return true;
    });
  }

  @Override
  public Halts halts() {
    return records.transact(EmbeddedBreakerTable::halts);
  }

  @Override
  public boolean replace(Halts next) {
    return records.transact(transaction -> {
      if (halts(transaction).version() != next.version() - 1) return false;
      transaction.put(TaskKeys.HALTS, Json.write(next));
      return true;
    });
  }

  private static Halts halts(Transaction transaction) {
    return transaction
        .get(TaskKeys.HALTS)
        .map(text -> Json.read(text, Halts.class))
        .orElse(Halts.NONE);
  }
}
