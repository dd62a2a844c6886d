package dev.treadle.local;

import dev.treadle.engine.BreakerTable;
import dev.treadle.engine.BreakerTableContract;

class EmbeddedBreakerTableTest extends BreakerTableContract {
  @Override
  protected BreakerTable open() {
    return new EmbeddedBreakerTable(new MapRecords());
  }
}
