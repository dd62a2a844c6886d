package dev.treadle.local;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What one transaction reads, and then what it writes: no reading after the first write. */
public final class Transaction implements Records.Rows {
  private final Records.Rows before;
  private final SortedMap<String, Optional<String>> changes = new TreeMap<>();

  Transaction(Records.Rows before) {
    this.before = before;
  }

  @Override
  public Optional<String> get(String key) {
    demandUnchanged();
    return before.get(key);
  }

  @Override
  public List<Records.Row> range(String from, String below, int most) {
    demandUnchanged();
    return before.range(from, below, most);
  }

  public void put(String key, String text) {
    changes.put(key, Optional.of(text));
  }

  public void remove(String key) {
    changes.put(key, Optional.empty());
  }

  /** New texts by key; empty for a key to remove. */
  SortedMap<String, Optional<String>> changes() {
    return Collections.unmodifiableSortedMap(changes);
  }

  private void demandUnchanged() {
    if (!changes.isEmpty()) {
      throw new IllegalStateException("a transaction reads first: " + changes.firstKey());
    }
  }
}
