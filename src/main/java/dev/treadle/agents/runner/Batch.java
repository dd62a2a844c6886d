package dev.treadle.agents.runner;

import java.util.List;

/** What is done in one step. */
public record Batch(List<WorkItem> items) {
  public Batch {
    items = List.copyOf(items);
  }
}
