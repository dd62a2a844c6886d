package dev.treadle.trigger;

import dev.treadle.engine.TaskStore;
import dev.treadle.local.EmbeddedTaskStore;
import dev.treadle.local.MapRecords;

class DuplicatesTest extends DuplicatesContract {
  @Override
  protected TaskStore open() {
    return new EmbeddedTaskStore(new MapRecords());
  }
}
