package dev.treadle.local;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/** Records in memory, for tests and simulations; transactions run on the caller's thread. */
public final class MapRecords implements Records {
  private final TreeMap<String, String> map = new TreeMap<>();
  private final ReentrantLock turn = new ReentrantLock();

  @Override
  public <T> T transact(Function<Transaction, T> work) {
    if (turn.isHeldByCurrentThread()) {
      throw new IllegalStateException("a transaction must not start another one");
    }
    turn.lock();
    try {
      Transaction transaction = new Transaction(new MapRows());
      T answer = work.apply(transaction);
      transaction
          .changes()
          .forEach((key, text) ->
              text.ifPresentOrElse(value -> map.put(key, value), () -> map.remove(key)));
      return answer;
    } finally {
      turn.unlock();
    }
  }

  @Override
  public void close() {}

  private final class MapRows implements Rows {
    @Override
    public Optional<String> get(String key) {
      return Optional.ofNullable(map.get(key));
    }

    @Override
    public List<Row> range(String from, String below, int most) {
      List<Row> rows = new ArrayList<>();
      for (Map.Entry<String, String> each : map.subMap(from, below).entrySet()) {
        if (rows.size() == most) break;
        rows.add(new Row(each.getKey(), each.getValue()));
      }
      return rows;
    }
  }
}
